/** A restore that cannot begin. The message says why and what to do. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}
