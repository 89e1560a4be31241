/** An archive that cannot be restored. The message goes on after its name: "it is cut off". */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
