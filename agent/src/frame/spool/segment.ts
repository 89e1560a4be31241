import { SeqRanges } from '../seq-ranges.js';
import type { Disk, FileOnDisk, GrowingFile } from './disk.js';
import { lineOf, linesOf, seedOf, type FrameText, type Line } from './record.js';

/** The order in which segments were begun, across all starts, and the start whose frames it holds. */
const NAME = /^(\d{10})-([0-9a-f]{16})\.frames1$/;
/** No frame is longer than a message, in bytes: what looks longer is not one. */
const LINE_BYTES = 2 * 1024 * 1024;

/** One file of frames. All of them are of one start of the agent, in order. */
export class Segment {
  /** Frames that the hub has not acknowledged, as far as that is known. */
  readonly waiting = new SeqRanges();
  /** Attempts to read it that failed. */
  failures = 0;
  #file: GrowingFile | undefined;
  #sealed: boolean;
  readonly #seed: number;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    readonly name: string,
    readonly order: number,
    readonly bootId: string,
    /** Up to where it is whole. */
    public bytes: number,
    /** When it was last written, monotonic ms. */
    public changedAt: number,
    /** Whether `waiting` is known. */
    public known: boolean,
  ) {
    this.#seed = seedOf(bootId);
    this.#sealed = !known;
  }

  /** A new one; its file comes with the first frame. */
  static begin(disk: Disk, folder: string, order: number, bootId: string, now: number): Segment {
    const name = `${String(order).padStart(10, '0')}-${bootId}.frames1`;
    return new Segment(disk, folder, name, order, bootId, 0, now, true);
  }

  /** What an earlier start has left; nothing when the file is no segment. @param changedAt monotonic ms */
  static found(
    disk: Disk,
    folder: string,
    { name, bytes }: FileOnDisk,
    changedAt: number,
  ): Segment | undefined {
    const [, order, bootId] = NAME.exec(name) ?? [];
    if (order === undefined || bootId === undefined) return undefined;
    return new Segment(disk, folder, name, Number(order), bootId, bytes, changedAt, false);
  }

  /** Whether everything in it is acknowledged. */
  get isDone(): boolean {
    return this.known && this.waiting.size === 0;
  }

  get isSealed(): boolean {
    return this.#sealed;
  }

  encode(frames: readonly FrameText[]): Buffer {
    return Buffer.from(frames.map((frame) => lineOf(frame, this.#seed)).join(''));
  }

  /** @param bytes from `encode`. @throws when not all of it was written; then none of it counts */
  async append(frames: readonly FrameText[], bytes: Buffer, now: number): Promise<void> {
    try {
      this.#file ??= await this.disk.create(this.folder, this.name);
      await this.#file.append(bytes);
    } catch (error) {
      // It may end with half a line now: nothing may follow.
      await this.#close().catch(() => undefined);
      throw error;
    }
    this.bytes += bytes.length;
    this.changedAt = now;
    for (const { seq } of frames) this.waiting.add(seq);
  }

  /** Settles when all of it survives a power cut. */
  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  /** Nothing more will be appended; `finish` follows. */
  seal(): void {
    this.#sealed = true;
  }

  /** Makes safe what was sealed, and closes the file. */
  async finish(): Promise<void> {
    try {
      await this.sync();
    } finally {
      await this.#close();
    }
  }

  async remove(): Promise<void> {
    await this.#close().catch(() => undefined);
    await this.disk.remove(this.folder, this.name);
  }

  /**
   * Passes over its lines until `each` does not want to go on. Their bytes are its own only during the call.
   * @param piece what is read at once; a longer line has a buffer of its own
   * @returns where the line begins that was not passed over, or the end of the last whole one
   * @throws when it cannot be read
   */
  async read(from: number, piece: Buffer, each: (line: Line) => boolean): Promise<number> {
    let at = from;
    for (let into = piece; at < this.bytes;) {
      const length = await this.disk.read(this.folder, this.name, at, into);
      let passed = 0;
      for (const line of linesOf(into.subarray(0, Math.min(length, this.bytes - at)), this.#seed)) {
        if (!each(line)) return at + passed;
        passed = line.end;
      }
      at += passed;
      if (passed > 0) into = piece;
      else if (length < into.length || length > LINE_BYTES) break;
      else into = Buffer.allocUnsafeSlow(2 * length);
    }
    return at;
  }

  /**
   * Compares what is known of it with what is there, and trusts what is there.
   * @returns how many frames are lost because their lines are damaged
   * @throws when it cannot be read
   */
  async check(piece: Buffer): Promise<number> {
    const there = new SeqRanges();
    let damaged = 0;
    this.bytes = await this.read(0, piece, ({ seq }) => {
      if (seq === undefined) damaged++;
      else there.add(seq);
      return true;
    });
    if (!this.known) {
      for (const [from, to] of there) this.waiting.add(from, to);
      this.known = true;
      return damaged;
    }
    const missing = new SeqRanges();
    for (const [from, to] of this.waiting) missing.add(from, to);
    for (const [from, to] of there) missing.remove(from, to);
    for (const [from, to] of missing) this.waiting.remove(from, to);
    return missing.size;
  }

  async #close(): Promise<void> {
    this.#sealed = true;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
