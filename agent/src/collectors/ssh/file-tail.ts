import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { LineBuffer } from './line-buffer.js';
import type { FilePlace } from './log-source.js';

/** Bytes that are read at once: some hundred lines, a millisecond or two of work. */
const PIECE = 65_536;
const HEAD = 256;
/** Bytes of a line; those of sshd have a thousand at most. */
export const LONGEST_LINE = 8_192;

export const headOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** A log file that stays open, so that it can be read to its end whatever becomes of its name. */
export class FileTail {
  #lines: LineBuffer;
  /** Bytes that were read; the place stays behind while the last line has no end. */
  #read: number;

  private constructor(
    private readonly file: FileHandle,
    readonly device: number,
    readonly place: FilePlace,
    inside: boolean,
  ) {
    this.#read = place.offset;
    this.#lines = new LineBuffer(LONGEST_LINE, inside);
  }

  /**
   * @param from bytes to begin behind, the end of a line; left out, everything that is there is passed over
   * @throws as opening a file does
   */
  static async open(path: string, from?: number): Promise<FileTail> {
    const file = await open(path, 'r');
    try {
      const { ino, dev, size } = await file.stat();
      const offset = from ?? size;
      const place = { inode: ino, offset, head: headOf(Buffer.alloc(0)), headBytes: 0 };
      const inside = offset > 0 && (await piece(file, offset - 1, 1)).toString() !== '\n';
      const tail = new FileTail(file, dev, place, inside);
      await tail.#learnHead();
      return tail;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Whether a file of that size holds nothing new. */
  isAt(size: number): boolean {
    return size === this.#read;
  }

  /**
   * Hands over what is new.
   * @returns whether the file is still the one that was read; it is not when it was emptied meanwhile
   */
  async readOn(take: (line: string) => void): Promise<boolean> {
    const { size } = await this.file.stat();
    if (size < this.#read || !(await this.#isSame())) return false;
    await this.#learnHead();
    while (this.#read < size) {
      const bytes = await piece(this.file, this.#read, Math.min(PIECE, size - this.#read));
      if (bytes.length === 0) break;
      this.#read += bytes.length;
      const { lines, bytes: done } = this.#lines.push(bytes);
      // In one go with the lines: what is saved holds both or neither.
      this.place.offset += done;
      lines.forEach(take);
    }
    return true;
  }

  /** Begins anew with a file that was emptied. */
  async startOver(): Promise<void> {
    Object.assign(this.place, { offset: 0, headBytes: 0, head: headOf(Buffer.alloc(0)) });
    this.#read = 0;
    this.#lines = new LineBuffer(LONGEST_LINE);
    await this.#learnHead();
  }

  async #isSame(): Promise<boolean> {
    const { head, headBytes } = this.place;
    return headOf(await piece(this.file, 0, headBytes)) === head;
  }

  /** A short file tells little of itself: look again while it grows. */
  async #learnHead(): Promise<void> {
    if (this.place.headBytes >= HEAD) return;
    const bytes = await piece(this.file, 0, HEAD);
    this.place.headBytes = bytes.length;
    this.place.head = headOf(bytes);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function piece(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
