import { createHash } from 'node:crypto';
import {
  type Layout,
  LIMITS,
  POSTED_PAST_MS,
  type Refusal,
  type RefusedFrame,
  type Sample,
  SeriesReader,
} from '@tocsin/shared';
import type { HostRecord } from '../../hosts/hosts.service.js';
import type { Arrival } from '../intake.service.js';
import { readFrame } from '../read-frame.js';
import { TokenBucket } from '../token-bucket.js';
import type { Posted } from './posted.js';

const BOOT_ID_DIGITS = 16;
/** A body with a fault costs as much as a good one for each so many bytes: finding faults takes long. */
const FAULT_BYTES = 25_000;

/** Of the bodies that one host may be sending at the same time, in bytes: they are in memory until they are whole. */
const READING_BYTES = 8 * LIMITS.messageBytes;

/** A frame that was posted and passed every check, and its place in the batch. */
export interface Posting {
  index: number;
  arrival: Arrival;
}

/** One host that reports by posting: how much it may, and what it posted last. Times are UTC ms. */
export class Poster {
  readonly #reader = new SeriesReader();
  readonly #requests: TokenBucket;
  readonly #backlog: TokenBucket;
  readonly #bootIds = new WeakMap<Layout, string>();
  #reading = 0;
  /** Time of the newest frame that was shown as how things are now. */
  shownUpTo = -Infinity;

  /** @param framesPerSecond that it may post in batches over a long time */
  constructor(
    readonly host: HostRecord,
    framesPerSecond: number,
    now: number,
  ) {
    this.#requests = new TokenBucket(LIMITS.framesPerSecond, LIMITS.framesBurst, now);
    this.#backlog = new TokenBucket(framesPerSecond, LIMITS.backlogBurst, now);
  }

  /** How long to wait before the next request, in ms; 0: it was let in. */
  request(now: number): number {
    return this.#requests.take(now) ? 0 : this.#requests.wait(now);
  }

  /** The same for the frames of a batch. */
  batch(frames: number, now: number): number {
    return this.#backlog.take(now, frames) ? 0 : this.#backlog.wait(now, frames);
  }

  /**
   * Reads a body, unless too much of this host is being read already.
   * @param bytes how long it may be
   */
  async reading<T>(bytes: number, read: () => Promise<T>): Promise<T | undefined> {
    if (this.#reading + bytes > READING_BYTES) return undefined;
    this.#reading += bytes;
    try {
      return await read();
    } finally {
      this.#reading -= bytes;
    }
  }

  /** @param bytes how long the body was */
  fault(bytes: number, now: number): void {
    this.#requests.charge(now, Math.ceil(bytes / FAULT_BYTES));
  }

  /** Checks each frame by itself. */
  read({ form, frames, check, bootId }: Posted, now: number): { taken: Posting[]; refused: RefusedFrame[] } {
    const taken: Posting[] = [];
    const refused: RefusedFrame[] = [];
    frames.forEach((input, index) => {
      const within = form === 'batch' ? `/frames/${index}` : '';
      const how = { check, reader: this.#reader, now, pastMs: POSTED_PAST_MS, within };
      const read = readFrame(input, how);
      if ('refusal' in read) {
        refused.push(refusedFrame(index, form === 'reading' ? asOfReading(read.refusal) : read.refusal));
        return;
      }
      const { frame, sample } = read;
      const known = bootId ?? this.#bootIdOf(sample);
      // Without a start that numbered it, a frame is known by its time.
      const seq = bootId === undefined ? frame.t : (frame.seq ?? frame.t);
      const arrival = { host: this.host, bootId: known, frame: { ...frame, seq }, sample, now };
      taken.push({ index, arrival });
    });
    return { taken, refused };
  }

  /**
   * Stands in for the start of an agent, so that what is posted twice is stored once. The series are part
   * of it: two scripts of one host may well post in the same second.
   */
  #bootIdOf({ layout }: Sample): string {
    let bootId = this.#bootIds.get(layout);
    if (bootId === undefined) {
      const text = ['data', this.host.id, ...layout.series.map(({ key }) => key)].join('\n');
      bootId = createHash('sha256').update(text).digest('hex').slice(0, BOOT_ID_DIGITS);
      this.#bootIds.set(layout, bootId);
    }
    return bootId;
  }
}

export const refusedFrame = (index: number, { code, message, field }: Refusal): RefusedFrame => ({
  index,
  code,
  message,
  ...(field !== undefined && { field }),
});

/** A reading is checked as the frame that is made of it; what can be wrong by then is its time. */
const asOfReading = (refusal: Refusal): Refusal =>
  refusal.field === '/t' ? { ...refusal, field: '/timestamp' } : refusal;
