import type { Ack, Frame, Refusal } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { FrameBuffer } from '../frame/buffer.js';
import type { Logger } from '../logging/logger.js';
import type { HubConnection } from './connection.js';

/** Half of what a message may hold, which leaves room for its envelope. */
const BATCH_BYTES = LIMITS.messageBytes / 2;
/** How long to wait before the first batch after a connection, in ms. */
const SETTLE_MS = 500;
/** Between a batch and the next, in ms: it keeps the backlog below the hub's bound. */
const PACE_MS = (1000 * LIMITS.batchFrames) / LIMITS.backlogPerSecond;
/** After `rate_limited`, in ms. */
const PAUSE_MS = 5_000;
/** The same kind of refusal is logged this often at most, in ms. */
const LOG_EVERY_MS = 60_000;

/** The part of a connection that the uplink sends with. */
export type Outlet = Pick<HubConnection, 'open' | 'sendFrame' | 'sendBatch'>;

/**
 * Brings every frame to the hub: the present ones at once, and beside them, batch after batch, those that
 * wait because they were never acknowledged. A frame is kept until the hub has it on disk.
 */
export class Uplink {
  /** Of the batch that is on its way, the frames of which the hub has said nothing yet. */
  #batch: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;
  #droppedBefore = 0;
  readonly #loggedAt = new Map<string, number>();

  constructor(
    private readonly bootId: string,
    private readonly buffer: FrameBuffer,
    private readonly outlet: Outlet,
    private readonly log: Logger,
  ) {}

  send(frame: Frame): void {
    const { open } = this.outlet;
    const { dropped } = this.buffer;
    this.buffer.add(frame, open);
    if (open) this.outlet.sendFrame(frame);
    if (dropped === this.#droppedBefore && this.buffer.dropped > dropped)
      this.log.warn('the hub does not acknowledge and the buffer is full: dropping the oldest frames');
  }

  opened(): void {
    this.buffer.allUnsent();
    this.#batch = [];
    this.#schedule(SETTLE_MS * (1 + Math.random()));
    const dropped = this.buffer.dropped - this.#droppedBefore;
    if (dropped > 0) this.log.warn(`${dropped} frames were dropped while the hub was away`);
    this.#droppedBefore = this.buffer.dropped;
  }

  closed(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  acknowledged({ bootId, ranges }: Ack): void {
    if (bootId !== this.bootId) return;
    this.buffer.acknowledge(ranges);
    this.#narrowBatch((seq) => this.buffer.has(seq));
    if (this.buffer.size === 0) this.#onEmpty?.();
  }

  refused(refusal: Refusal): void {
    this.#logRefusal(refusal);
    const { code, seq } = refusal;
    // A refusal without a number is one of the whole batch: each frame by itself has one.
    const refused = new Set(seq === undefined ? this.#batch : [seq]);
    const later = code === 'rate_limited';
    for (const one of refused) {
      if (later) this.buffer.unsent(one);
      else this.buffer.forget(one);
    }
    this.#narrowBatch((one) => !refused.has(one));
    if (later) this.#schedule(PAUSE_MS);
  }

  /** Settles when everything is acknowledged, or after so many ms. */
  async drained(ms: number): Promise<void> {
    if (this.buffer.size === 0 || !this.outlet.open) return;
    // What still waits for its turn goes now: there is no later.
    if (this.#timer !== undefined) this.#schedule(0);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendBatch(), wait);
  }

  #sendBatch(): void {
    this.#timer = undefined;
    if (!this.outlet.open || this.#batch.length > 0) return;
    const frames = this.buffer.take(LIMITS.batchFrames, BATCH_BYTES);
    if (frames.length === 0) return;
    this.#batch = frames.map(({ seq }) => seq);
    this.outlet.sendBatch({ bootId: this.bootId, frames });
    this.log.debug(`sent ${frames.length} frames that waited`);
  }

  /** The next batch follows when nothing of the last one is open any more. */
  #narrowBatch(open: (seq: number) => boolean): void {
    if (this.#batch.length === 0) return;
    this.#batch = this.#batch.filter(open);
    if (this.#batch.length === 0) this.#schedule(PACE_MS);
  }

  #logRefusal({ code, message, field, seq }: Refusal): void {
    const now = Date.now();
    if (now - (this.#loggedAt.get(code) ?? -Infinity) < LOG_EVERY_MS) return;
    this.#loggedAt.set(code, now);
    const which = seq === undefined ? 'what was sent' : `frame ${seq}`;
    this.log.warn(`the hub refused ${which}: ${message} (${[code, field].filter(Boolean).join(', ')})`);
  }
}
