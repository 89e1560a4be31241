/** A backup that did not come about, although nothing is broken. The message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
