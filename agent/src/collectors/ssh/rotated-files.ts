import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { headOf, LONGEST_LINE } from './file-tail.js';
import { LineBuffer } from './line-buffer.js';
import type { FilePlace } from './log-source.js';

/** A log file or one that it was rotated into. */
export interface LogFile {
  path: string;
  inode: number;
  /** Bytes; of a compressed file nobody knows how many it holds. */
  size: number;
  /** When it was written last, UTC ms. */
  mtime: number;
  compressed: boolean;
  /** Which of the places in question are in a file that begins like this one, by their number. */
  begins: number[];
}

/** A file that holds lines which were not read, and where they begin. */
export interface Unread {
  path: string;
  from: number;
  compressed: boolean;
}

/**
 * Where reading goes on after a time in which the log may have been rotated, copied or emptied: the rest
 * of each file that was being read, then all of the newer ones, the log itself last.
 *
 * @param files the log itself last
 * @param places oldest first
 */
export function unreadFiles(files: readonly LogFile[], places: readonly FilePlace[]): Unread[] {
  const owners = new Map<LogFile, FilePlace>();
  places.forEach((place, number) => {
    const fits = files.filter((file) => isOf(file, place, number) && !owners.has(file));
    // A copy begins like its original; numbers of files are given away again.
    const owner = fits.find(({ inode }) => inode === place.inode) ?? fits[0];
    if (owner !== undefined) owners.set(owner, place);
  });
  const log = files.at(-1);
  const inOrder = files.toSorted((a, b) =>
    a === log ? 1 : b === log ? -1 : a.mtime - b.mtime || (a.path < b.path ? 1 : -1),
  );
  // Newer than the newest that was being read; where that is nowhere any more, only the log is sure to be.
  const newest = inOrder.findLastIndex((file) => owners.has(file));
  const isNew = (file: LogFile, index: number) =>
    file === log || (newest >= 0 && index > newest && file.begins.length === 0);
  return inOrder
    .filter((file, index) => owners.has(file) || isNew(file, index))
    .map((file) => ({
      path: file.path,
      from: owners.get(file)?.offset ?? 0,
      compressed: file.compressed,
    }));
}

function isOf(file: LogFile, { inode, offset, headBytes }: FilePlace, number: number): boolean {
  if (!file.compressed && file.size < offset) return false;
  return headBytes > 0 ? file.begins.includes(number) : file.inode === inode;
}

/** The log, last, and what logrotate made of earlier ones: `auth.log.1`, `auth.log-20250410.gz`. */
export async function listLogFiles(log: string, places: readonly FilePlace[]): Promise<LogFile[]> {
  const folder = dirname(log);
  const rotated = (name: string) =>
    name.startsWith(basename(log)) && /^[.-][\w.-]*\d(?:\.gz)?$/.test(name.slice(basename(log).length));
  const names = (await readdir(folder)).filter(rotated);
  const files: LogFile[] = [];
  for (const path of [...names.map((name) => join(folder, name)), log]) {
    const compressed = path.endsWith('.gz');
    try {
      const { ino, size, mtimeMs } = await stat(path);
      const begins: number[] = [];
      for (const [number, { head, headBytes }] of places.entries())
        if (headBytes > 0 && headOf(await firstBytes(path, headBytes, compressed)) === head)
          begins.push(number);
      files.push({ path, inode: ino, size, mtime: mtimeMs, compressed, begins });
    } catch (error) {
      // Renamed or removed meanwhile, or not for us: the others may be.
      if (path === log) throw error;
    }
  }
  return files;
}

async function firstBytes(path: string, length: number, compressed: boolean): Promise<Buffer> {
  if (compressed) {
    for await (const chunk of unpacked(path)) return chunk.subarray(0, length);
    return Buffer.alloc(0);
  }
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  // Hardly ever needed: a log was rotated twice while the agent was away.
  const { createGunzip } = await import('node:zlib');
  yield* createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>;
}

/** Hands over the lines of a compressed file from that byte of its content on. */
export async function readCompressed(
  path: string,
  from: number,
  take: (line: string) => void,
): Promise<void> {
  const lines = new LineBuffer(LONGEST_LINE);
  let before = 0;
  for await (const chunk of unpacked(path)) {
    const skip = Math.min(chunk.length, Math.max(0, from - before));
    before += chunk.length;
    lines.push(chunk.subarray(skip)).lines.forEach(take);
  }
}
