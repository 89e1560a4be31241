import { closeSync, openSync, readFileSync, readSync, statfsSync } from 'node:fs';

/** Reads a whole small file. Collectors get it handed in, so that specs can hand in captured text. */
export type ReadText = (path: string) => string;

// The kernel answers from memory: reading at once costs less than a trip through the thread pool.
export const readText: ReadText = (path) => readFileSync(path, 'utf8');

const PROC_FILE_SYSTEM = 0x9fa0;
/** The few files of `/proc` that every frame needs, by path. */
const keptOpen = new Map<string, number>();
let buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * Reads a file of `/proc` that every frame needs. It stays open, because opening costs more than reading,
 * and is opened again when it cannot be read. Elsewhere, and where another file system stands in for the
 * kernel (lxcfs, which may hand out what it remembers), this is `readText`.
 */
export const readAgain: ReadText = (path) => {
  const known = keptOpen.get(path);
  if (known !== undefined) {
    try {
      return readFromStart(known);
    } catch {
      keptOpen.delete(path);
      closeSync(known);
    }
  }
  if (!path.startsWith('/proc/')) return readText(path);
  const opened = openSync(path, 'r');
  let keep = false;
  try {
    const text = readFromStart(opened);
    keep = statfsSync(path).type === PROC_FILE_SYSTEM;
    if (keep) keptOpen.set(path, opened);
    return text;
  } finally {
    if (!keep) closeSync(opened);
  }
};

function readFromStart(file: number): string {
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    // The kernel gives long files in pieces, so only a read of nothing is the end.
    const read = readSync(file, buffer, length, buffer.length - length, length);
    if (read === 0) return buffer.toString('utf8', 0, length);
    length += read;
  }
}
