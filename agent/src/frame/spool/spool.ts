import type { Ack } from '@tocsin/shared';
import type { Disk } from './disk.js';
import type { FrameText } from './record.js';
import { Segment } from './segment.js';

/** Segments are about this large, in bytes, or an eighth of the bound. */
const SEGMENT_BYTES = 1024 * 1024;
/** So much is read at once, in bytes: a slow machine stands still for a few ms only. */
const READ_BYTES = 128 * 1024;
/** What was written survives a power cut after so many ms at most. */
const SYNC_EVERY_MS = 5_000;
/** A segment that cannot be read so often is left to the next start. */
const READ_FAILURES = 3;

export interface SpoolBounds {
  bytes: number;
  /** How long a frame is kept, in ms. */
  age: number;
}

/** Frames to be sent together. */
export interface Batch {
  /** The start of the agent in which they were numbered. */
  bootId: string;
  frames: FrameText[];
}

export interface BatchLimits {
  frames: number;
  /** Of their JSON. One frame always fits. */
  bytes: number;
}

/** Whether a frame is to be sent. */
export type Wanted = (bootId: string, seq: number) => boolean;

export interface SpoolEvents {
  /** Frames that were on disk are lost, and why. */
  onLost: (why: string) => void;
  /** What was written may not survive a power cut. */
  onSyncFailed: (error: unknown) => void;
}

/**
 * Frames on disk that the hub has not acknowledged, of this start of the agent and of earlier ones, in the
 * order in which they were written. They stand in files of a megabyte, and one is deleted as soon as all of
 * it is acknowledged. Only one operation runs at a time.
 */
export class Spool {
  /** Oldest first. */
  readonly #segments: Segment[] = [];
  #nextOrder = 1;
  /** Where `take` goes on: everything before was taken, or was not wanted. */
  #cursor = { order: 0, offset: 0 };
  #running: Promise<unknown> = Promise.resolve();
  /** Beside the operations: a disk may take long to make something safe. */
  #syncing: Promise<unknown> = Promise.resolve();
  #syncTimer: NodeJS.Timeout | undefined;
  #syncedAt = -Infinity;
  #dropped = 0;
  /** Made when something is read, which is seldom, and used again. */
  #piece: Buffer | undefined;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly bounds: SpoolBounds,
    private readonly events: SpoolEvents,
    private readonly monotonic: () => number,
  ) {}

  /** Finds what earlier starts have left in a folder that nobody else uses. @param monotonic the clock, in ms */
  static async open(
    disk: Disk,
    folder: string,
    bounds: SpoolBounds,
    events: SpoolEvents,
    monotonic: () => number,
  ): Promise<Spool> {
    const spool = new Spool(disk, folder, bounds, events, monotonic);
    for (const file of await disk.list(folder)) {
      // A clock that was set back meanwhile makes nothing younger than new.
      const age = Math.max(0, Date.now() - file.changedAt);
      const segment = Segment.found(disk, folder, file, monotonic() - age);
      if (segment) spool.#segments.push(segment);
    }
    spool.#segments.sort((a, b) => a.order - b.order);
    spool.#nextOrder = (spool.#segments.at(-1)?.order ?? 0) + 1;
    return spool;
  }

  /** Frames that wait. Those of earlier starts count once `countAll` has settled. */
  get frames(): number {
    return this.#segments.reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Frames that were given up because a bound was reached, or the disk has lost them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Reads what earlier starts have left, one file after the other, with other operations in between. */
  async countAll(): Promise<void> {
    for (const segment of [...this.#segments]) {
      // What cannot be read at the moment is read when its turn to be sent comes.
      await this.#inTurn(async () => void (segment.known || (await this.#check(segment)))).catch(
        () => undefined,
      );
    }
    await this.#inTurn(() => this.#removeDone());
  }

  /**
   * Settles when these frames, the newest of all, outlive the process. The oldest make room for them.
   * @throws when they could not be written; then none of them is kept here
   */
  append(bootId: string, frames: readonly FrameText[]): Promise<void> {
    return this.#inTurn(async () => {
      let segment = this.#segments.at(-1);
      if (segment === undefined || segment.isSealed || segment.bootId !== bootId) {
        segment = Segment.begin(this.disk, this.folder, this.#nextOrder++, bootId, this.monotonic());
        this.#segments.push(segment);
      }
      const bytes = segment.encode(frames);
      await this.#makeRoom(bytes.length, segment);
      try {
        await segment.append(frames, bytes, this.monotonic());
      } catch (error) {
        await this.#removeDone();
        throw error;
      }
      if (segment.bytes >= this.#segmentBytes) this.#seal(segment);
      else this.#syncSoon();
    });
  }

  /** Forgets what the hub has on disk. */
  acknowledge({ bootId, ranges }: Ack): void {
    let done = false;
    for (const segment of this.#segments) {
      if (segment.bootId !== bootId || segment.waiting.size === 0) continue;
      for (const [from, to] of ranges) segment.waiting.remove(from, to);
      done ||= segment.isDone;
    }
    if (done) void this.#inTurn(() => this.#removeDone());
  }

  /**
   * The oldest frames that are wanted, all of one start; nothing when there is none. Goes on where the last
   * call has ended. @throws when they cannot be read at the moment
   */
  take(wanted: Wanted, limits: BatchLimits): Promise<Batch | undefined> {
    return this.#inTurn(async () => {
      const batch: Batch = { bootId: '', frames: [] };
      const cursor = this.#cursor;
      let at = cursor;
      for (;;) {
        const segment = this.#segments.find(({ order }) => order >= at.order);
        if (segment === undefined || (batch.frames.length > 0 && segment.bootId !== batch.bootId)) break;
        batch.bootId = segment.bootId;
        const offset = segment.order === at.order ? at.offset : 0;
        const { end, full } = await this.#takeFrom(segment, offset, wanted, limits, batch.frames);
        at = { order: segment.order, offset: end };
        // The last one may still grow.
        if (full || segment === this.#segments.at(-1)) break;
        at = { order: segment.order + 1, offset: 0 };
      }
      // Unless it was rewound meanwhile.
      if (this.#cursor === cursor) this.#cursor = at;
      return batch.frames.length > 0 ? batch : undefined;
    });
  }

  /** The oldest frame that waits, which stays where it is. @throws when it cannot be read at the moment */
  oldest(): Promise<FrameText | undefined> {
    return this.#inTurn(async () => {
      const oldest: FrameText[] = [];
      for (const segment of [...this.#segments]) {
        await this.#takeFrom(segment, 0, () => true, { frames: 1, bytes: 1 }, oldest);
        if (oldest.length > 0) break;
      }
      return oldest[0];
    });
  }

  /** What was taken may be wanted again: begins with the oldest. */
  rewind(): void {
    this.#cursor = { order: 0, offset: 0 };
  }

  /** Settles when everything is safe. Nothing may be asked of it from then on. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      clearTimeout(this.#syncTimer);
      await this.#removeDone();
      for (const segment of this.#segments) if (!segment.isSealed) this.#seal(segment);
    });
    await this.#syncing;
  }

  get #readInto(): Buffer {
    return (this.#piece ??= Buffer.allocUnsafeSlow(READ_BYTES));
  }

  get #segmentBytes(): number {
    return Math.min(SEGMENT_BYTES, this.bounds.bytes / 8);
  }

  async #takeFrom(
    segment: Segment,
    offset: number,
    wanted: Wanted,
    limits: BatchLimits,
    taken: FrameText[],
  ): Promise<{ end: number; full: boolean }> {
    if (!segment.known) await this.#check(segment);
    let bytes = taken.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
    let [full, damaged] = [false, false];
    const end = await this.#reading(segment, () =>
      segment.read(offset, this.#readInto, ({ seq, json }) => {
        if (seq === undefined) damaged = true;
        else if (segment.waiting.has(seq) && wanted(segment.bootId, seq)) {
          bytes += json.length + 1;
          full = taken.length > 0 && (taken.length >= limits.frames || bytes > limits.bytes);
          if (!full) taken.push({ seq, json: json.toString() });
        }
        return !full;
      }),
    );
    // Frames whose lines are gone would be waited for without end.
    if (damaged || (!full && end < segment.bytes)) await this.#check(segment);
    return { end, full };
  }

  async #check(segment: Segment): Promise<void> {
    const lost = await this.#reading(segment, () => segment.check(this.#readInto));
    // What was written in part and then again, elsewhere, is there twice.
    for (const earlier of this.#segments) {
      if (earlier === segment) break;
      if (earlier.bootId !== segment.bootId) continue;
      for (const [from, to] of earlier.waiting) segment.waiting.remove(from, to);
    }
    if (lost === 0) return;
    // It is not where it was thought to end.
    if (!segment.isSealed) this.#seal(segment);
    this.#dropped += lost;
    this.events.onLost(`${lost} frames in ${segment.name} are damaged`);
  }

  async #reading<T>(segment: Segment, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (++segment.failures === READ_FAILURES || (error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#segments.splice(this.#segments.indexOf(segment), 1);
        this.#dropped += segment.waiting.size;
        this.events.onLost(`${segment.name} cannot be read: ${(error as Error).message}`);
      }
      throw error;
    }
  }

  async #makeRoom(bytes: number, current: Segment): Promise<void> {
    for (;;) {
      const oldest = this.#segments[0]!;
      const isOld = oldest.changedAt < this.monotonic() - this.bounds.age;
      if (oldest === current || (!isOld && this.bytes + bytes <= this.bounds.bytes)) return;
      if (!oldest.known) await this.#check(oldest).catch(() => undefined);
      this.#dropped += oldest.waiting.size;
      if (this.#segments[0] === oldest) this.#segments.shift();
      await oldest.remove().catch(() => undefined);
    }
  }

  async #removeDone(): Promise<void> {
    for (const segment of this.#segments.filter(({ isDone }) => isDone)) {
      try {
        await segment.remove();
        this.#segments.splice(this.#segments.indexOf(segment), 1);
      } catch {
        // It is tried again with the next one. Should it outlive the process, the hub stores nothing twice.
      }
    }
  }

  #seal(segment: Segment): void {
    segment.seal();
    this.#syncing = this.#syncing
      .then(() => segment.finish())
      .catch((error) => this.events.onSyncFailed(error));
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(
      () => {
        this.#syncTimer = undefined;
        this.#syncedAt = this.monotonic();
        const growing = this.#segments.at(-1);
        this.#syncing = this.#syncing
          .then(() => growing?.sync())
          .catch((error) => this.events.onSyncFailed(error));
      },
      Math.max(0, this.#syncedAt + SYNC_EVERY_MS - this.monotonic()),
    ).unref();
  }

  /** Runs one operation after the other, whether or not the one before went well. */
  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#running.then(operation);
    this.#running = result.catch(() => undefined);
    return result;
  }
}
