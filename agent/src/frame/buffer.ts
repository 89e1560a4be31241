import type { Ack } from '@tocsin/shared';
import type { Logger } from '../logging/logger.js';
import { MemoryFrames } from './memory-frames.js';
import { monotonic } from './schedule.js';
import { hostDisk, type Disk } from './spool/disk.js';
import type { FrameText } from './spool/record.js';
import { SpoolKeeper } from './spool/spool-keeper.js';
import type { Batch, BatchLimits, Wanted } from './spool/spool.js';

/** A hub that works acknowledges within this time, in ms. Until then nothing is written. */
const LATE_MS = 1_500;
/** So much is written at once, in bytes. */
const WRITE_BYTES = 256 * 1024;
/** How long a frame waits for a hub, in ms. */
const AGE_MS = 24 * 3_600_000;

export interface BufferOptions {
  bootId: string;
  /** Folder for what must survive the process; without one nothing does. */
  stateDir?: string | undefined;
  /** Bounds in bytes. */
  memoryBytes: number;
  diskBytes: number;
  log: Logger;
  disk?: Disk;
}

/**
 * The frames that the hub has not acknowledged, oldest first. As long as it does so soon they are in memory
 * only. When it does not, all of them go to disk, and each further one at once, until it does again.
 */
export class FrameBuffer {
  readonly #bootId: string;
  readonly #log: Logger;
  readonly #memory: MemoryFrames;
  readonly #keeper: SpoolKeeper | undefined;
  #opened: Promise<void> = Promise.resolve();
  /** Whether frames go to disk at once. */
  #writesThrough = false;
  #writing: Promise<void> | undefined;
  #lateTimer: NodeJS.Timeout | undefined;
  /** Frames that were sent when they came, in the last `LATE_MS`, while each is written. */
  #recent: { seq: number; at: number }[] = [];

  constructor({ bootId, stateDir, memoryBytes, diskBytes, log, disk = hostDisk }: BufferOptions) {
    this.#bootId = bootId;
    this.#log = log;
    this.#memory = new MemoryFrames(memoryBytes);
    if (stateDir === undefined) return;
    const bounds = { bytes: diskBytes, age: AGE_MS };
    this.#keeper = new SpoolKeeper(stateDir, bounds, disk, log, monotonic, () => void this.#write());
  }

  /** Looks for what earlier starts have left. Frames may come before it has ended. */
  start(): void {
    if (this.#keeper) this.#opened = this.#keeper.start();
    else this.#log.info('no stateDir is set: frames that the hub has not taken end with this process');
  }

  /** All that wait, on disk and in memory. */
  get size(): number {
    return this.#memory.size + (this.#keeper?.spool?.frames ?? 0);
  }

  /** What they take, in bytes. */
  get bytes(): number {
    return this.#memory.bytes + (this.#keeper?.spool?.bytes ?? 0);
  }

  /** The oldest of all, which stays where it is. @throws when the disk cannot be read at the moment */
  async oldest(): Promise<FrameText | undefined> {
    return (await this.#keeper?.spool?.oldest()) ?? this.#memory.oldest;
  }

  /** Those that would be lost if the process ended now. */
  get volatile(): number {
    return this.#memory.size;
  }

  /** Frames that were given up since the start. */
  get dropped(): number {
    return this.#memory.dropped + (this.#keeper?.spool?.dropped ?? 0);
  }

  /** Why frames cannot be kept on disk, in words. */
  get problem(): string | undefined {
    return this.#keeper?.problem;
  }

  /** @param sent whether it is being sent at this moment */
  add(frame: FrameText, sent: boolean): void {
    const now = monotonic();
    this.#memory.add(frame, now);
    if (this.#keeper === undefined) return;
    if (!sent) this.#writesThrough = true;
    if (!this.#writesThrough) return this.#expectAck(LATE_MS);
    while (this.#recent[0] && this.#recent[0].at < now - LATE_MS) this.#recent.shift();
    if (sent) this.#recent.push({ seq: frame.seq, at: now });
    void this.#write();
  }

  /** Forgets what the hub has on disk, or will never take. */
  acknowledge(ack: Ack): void {
    this.#keeper?.spool?.acknowledge(ack);
    if (ack.bootId !== this.#bootId) return;
    this.#memory.acknowledge(ack.ranges);
    if (this.#writesThrough && this.#isInTime(ack)) {
      this.#writesThrough = false;
      this.#recent = [];
      this.#expectAck(LATE_MS);
    }
    if (this.#memory.size > 0) return;
    clearTimeout(this.#lateTimer);
    this.#lateTimer = undefined;
  }

  /** The connection is lost: what is not acknowledged now will not be soon. */
  closed(): void {
    if (this.#memory.size > 0) this.#late();
  }

  /**
   * The oldest frames that are wanted, all of one start; nothing when there is none. Goes on where the last
   * call has ended. @throws when the disk cannot be read at the moment
   */
  async take(wanted: Wanted, limits: BatchLimits): Promise<Batch | undefined> {
    await this.#opened;
    const batch = await this.#keeper?.spool?.take(wanted, limits);
    if (batch) return batch;
    const frames = this.#memory.take((seq) => wanted(this.#bootId, seq), limits);
    return frames.length > 0 ? { bootId: this.#bootId, frames } : undefined;
  }

  /** What was taken may be wanted again. */
  rewind(): void {
    this.#keeper?.spool?.rewind();
  }

  /** Settles when everything is on disk, as far as that can be. */
  async close(): Promise<void> {
    clearTimeout(this.#lateTimer);
    this.#writesThrough = true;
    await this.#opened;
    await this.#write();
    await this.#keeper?.close();
  }

  #isInTime({ ranges }: Ack): boolean {
    const since = monotonic() - LATE_MS;
    return this.#recent.some(
      ({ seq, at }) => at >= since && ranges.some(([from, to]) => from <= seq && seq <= to),
    );
  }

  #expectAck(ms: number): void {
    this.#lateTimer ??= setTimeout(() => {
      this.#lateTimer = undefined;
      const oldest = this.#memory.oldestAt;
      if (oldest === undefined) return;
      const left = oldest + LATE_MS - monotonic();
      if (left > 0) this.#expectAck(left);
      else this.#late();
    }, ms).unref();
  }

  #late(): void {
    if (this.#keeper === undefined) return;
    this.#writesThrough = true;
    void this.#write();
  }

  /** Settles when nothing is left to write, or cannot be written now. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#writesThrough && this.#memory.size > 0) {
      const frames = this.#memory.hold(WRITE_BYTES);
      const written = await this.#keeper?.write((spool) => spool.append(this.#bootId, frames));
      if (!written) return this.#memory.giveBack(frames);
      const taken = this.#memory.moved(frames);
      const ranges = taken.map(({ seq }): [number, number] => [seq, seq]);
      if (ranges.length > 0) this.#keeper?.spool?.acknowledge({ bootId: this.#bootId, ranges });
    }
  }
}
