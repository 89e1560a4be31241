/** The kernel was built without it, or it was switched off when the kernel was started. */
const CODES = new Set(['ENOENT', 'ENOTDIR', 'ENOTSUP', 'EOPNOTSUPP']);

/** Whether a read failed because this host has no such thing, which is no failure. */
export const isNotThere = (error: unknown): boolean =>
  CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
