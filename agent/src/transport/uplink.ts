import type { Ack, Frame, Refusal } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { FrameBuffer } from '../frame/buffer.js';
import { monotonic } from '../frame/schedule.js';
import { SeqRanges } from '../frame/seq-ranges.js';
import type { Batch } from '../frame/spool/spool.js';
import type { Logger } from '../logging/logger.js';
import type { HubConnection } from './connection.js';
import { Pace } from './pace.js';

/** A larger frame would close the connection, again and again; some bytes are left for its envelope. */
const FRAME_BYTES = LIMITS.messageBytes - 1_000;
/** How long to wait before the first batch after a connection, in ms. */
const SETTLE_MS = 500;
/** How long the hub may say nothing about what it was sent, in ms. */
const ANSWER_MS = 30_000;
/** A disk that could not be read is asked again after so many ms. */
const READ_AGAIN_MS = 5_000;
/** The same kind of refusal is logged this often at most, in ms. */
const LOG_EVERY_MS = 60_000;

/** The part of a connection that the uplink sends with. */
export type Outlet = Pick<HubConnection, 'open' | 'sendFrame' | 'sendBatch'>;

/**
 * Brings every frame to the hub: the present ones at once, and beside them, batch after batch, those that
 * wait because they were never acknowledged. A frame is kept until the hub has it on disk.
 */
export class Uplink {
  /** Frames of this start that went out on this connection, and are not to be sent again. */
  readonly #sent = new SeqRanges();
  /** The batch that is on its way, with the frames of which the hub has said nothing yet. */
  #batch: { bootId: string; open: SeqRanges; sentAt: number } | undefined;
  /** Waits for the next batch, or for the answer to the last one. */
  #timer: NodeJS.Timeout | undefined;
  #pace = new Pace();
  #taking = false;
  /** Counts the connections: what was begun on one is not finished on the next. */
  #connection = 0;
  /** Frames before this number were sent before this time. */
  #mark = { seq: 0, at: -Infinity };
  #onSafe: (() => void) | undefined;
  #droppedBefore = 0;
  #tooLarge = 0;
  #waited = 0;
  #acknowledgedAt: number | undefined;
  readonly #loggedAt = new Map<string, number>();

  constructor(
    private readonly bootId: string,
    private readonly buffer: FrameBuffer,
    private readonly outlet: Outlet,
    private readonly log: Logger,
  ) {}

  /** Frames that the hub has not acknowledged. */
  get backlog(): number {
    return this.buffer.size;
  }

  /** Frames that were given up since the start. */
  get dropped(): number {
    return this.buffer.dropped + this.#tooLarge;
  }

  /** When the hub last acknowledged something, UTC ms. */
  get acknowledgedAt(): number | undefined {
    return this.#acknowledgedAt;
  }

  send(frame: Frame): void {
    const json = JSON.stringify(frame);
    const { seq } = frame;
    if (json.length > FRAME_BYTES / 3 && Buffer.byteLength(json) > FRAME_BYTES) {
      this.#tooLarge++;
      return this.log.warn(`frame ${seq} is larger than a hub takes, and is given up`);
    }
    const { open } = this.outlet;
    const { dropped } = this.buffer;
    if (open) {
      this.outlet.sendFrame(json);
      this.#sent.add(seq);
    }
    this.buffer.add({ seq, json }, open);
    if (dropped === this.#droppedBefore && this.buffer.dropped > dropped)
      this.log.warn('the hub does not acknowledge and the buffer is full: dropping the oldest frames');
  }

  opened(): void {
    this.#connection++;
    // The last connection is gone, and with it the knowledge whether what was sent has arrived.
    this.#sent.clear();
    this.#batch = undefined;
    this.#pace = new Pace();
    this.#mark = { seq: 0, at: monotonic() };
    this.buffer.rewind();
    this.#schedule(SETTLE_MS * (1 + Math.random()));
    const dropped = this.buffer.dropped - this.#droppedBefore;
    if (dropped > 0) this.log.warn(`${dropped} frames were dropped while the hub was away`);
    this.#droppedBefore = this.buffer.dropped;
  }

  closed(): void {
    this.#connection++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#batch = undefined;
    this.buffer.closed();
  }

  acknowledged(ack: Ack): void {
    this.#acknowledgedAt = Date.now();
    this.buffer.acknowledge(ack);
    if (ack.bootId === this.bootId) this.#noticeUnanswered(ack);
    this.#answered(ack);
    if (this.buffer.volatile === 0) this.#onSafe?.();
  }

  refused(refusal: Refusal): void {
    this.#logRefusal(refusal);
    const { code, bootId = this.bootId, seq } = refusal;
    if (seq === undefined) return this.#batchRefused(refusal);
    const refused: Ack = { bootId, ranges: refusal.ranges ?? [[seq, seq]] };
    if (code === 'rate_limited') {
      this.#pace.limited(false, monotonic());
      this.#sendAgain(refused);
    } else {
      this.buffer.acknowledge(refused);
    }
    this.#answered(refused);
    if (this.buffer.volatile === 0) this.#onSafe?.();
  }

  /** Settles when nothing would be lost if the process ended, or after so many ms. */
  async drained(ms: number): Promise<void> {
    if (this.buffer.volatile === 0 || !this.outlet.open) return;
    // What still waits for its turn goes now: there is no later.
    if (this.#timer !== undefined && this.#batch === undefined) this.#schedule(0);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onSafe = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#sendBatch();
    }, wait);
  }

  async #sendBatch(): Promise<void> {
    if (!this.outlet.open || this.#batch !== undefined || this.#taking) return;
    const connection = this.#connection;
    this.#taking = true;
    let batch: Batch | undefined;
    try {
      batch = await this.buffer.take(
        (bootId, seq) => bootId !== this.bootId || !this.#sent.has(seq),
        this.#pace.limits,
      );
    } catch (error) {
      this.log.debug(`what waits on disk cannot be read: ${(error as Error).message}`);
      this.#schedule(READ_AGAIN_MS);
      return;
    } finally {
      this.#taking = false;
    }
    if (connection !== this.#connection) {
      this.buffer.rewind();
      if (this.outlet.open) this.#schedule(SETTLE_MS);
    } else if (batch !== undefined) this.#sendNow(batch);
    else if (this.#waited > 0) {
      this.log.info(`${this.#waited} frames that had waited are with the hub`);
      this.#waited = 0;
    }
  }

  #sendNow({ bootId, frames }: Batch): void {
    const now = monotonic();
    const open = new SeqRanges();
    for (const { seq } of frames) open.add(seq);
    this.#batch = { bootId, open, sentAt: now };
    this.#pace.sent(frames.length, now);
    this.outlet.sendBatch(`{"bootId":"${bootId}","frames":[${frames.map(({ json }) => json).join(',')}]}`);
    this.log.debug(`sent ${frames.length} frames that waited`);
    this.#expectAnswer();
  }

  #expectAnswer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.log.debug(`no answer to ${this.#batch?.open.size} frames; sending them again`);
      this.#batch = undefined;
      this.#pace.unanswered();
      this.buffer.rewind();
      void this.#sendBatch();
    }, ANSWER_MS);
  }

  /** The next batch follows when nothing of the last one is open any more. */
  #answered({ bootId, ranges }: Ack): void {
    const batch = this.#batch;
    if (batch?.bootId !== bootId) return;
    let heard = 0;
    for (const [from, to] of ranges) heard += batch.open.remove(from, to);
    if (heard === 0) return;
    this.#waited += heard;
    if (batch.open.size > 0) return this.#expectAnswer();
    const now = monotonic();
    this.#batch = undefined;
    this.#pace.answered(now - batch.sentAt, now);
    this.#schedule(this.#pace.wait(now));
  }

  #batchRefused(refusal: Refusal): void {
    const batch = this.#batch;
    if (batch === undefined || !concernsBatch(refusal, batch.bootId)) return;
    const now = monotonic();
    if (refusal.code === 'rate_limited') this.#pace.limited(true, now);
    else if (batch.open.size > 1) this.#pace.narrow(batch.open.size);
    else this.buffer.acknowledge({ bootId: batch.bootId, ranges: [...batch.open] as Ack['ranges'] });
    this.#batch = undefined;
    this.buffer.rewind();
    this.#schedule(this.#pace.wait(now));
  }

  /** Frames that the hub has asked for later. */
  #sendAgain({ bootId, ranges }: Ack): void {
    if (bootId === this.bootId) for (const [from, to] of ranges) this.#sent.remove(from, to);
    this.buffer.rewind();
    if (this.#batch === undefined) this.#schedule(this.#pace.wait(monotonic()));
  }

  /**
   * The hub acknowledges in the order in which frames came: one that it says nothing about, long after it
   * has acknowledged later ones, did not arrive or was refused without a word.
   */
  #noticeUnanswered({ ranges }: Ack): void {
    const now = monotonic();
    if (now - this.#mark.at < ANSWER_MS) return;
    const { seq } = this.#mark;
    if (!ranges.some(([, to]) => to >= seq && this.#sent.has(to))) return;
    let newest = 0;
    for (const [, to] of this.#sent) newest = to;
    if (seq > 0) {
      this.#sent.remove(0, seq - 1);
      if (this.buffer.size > 0) this.#sendAgain({ bootId: this.bootId, ranges: [] });
    }
    this.#mark = { seq: newest + 1, at: now };
  }

  #logRefusal({ code, message, field, seq }: Refusal): void {
    const now = Date.now();
    if (now - (this.#loggedAt.get(code) ?? -Infinity) < LOG_EVERY_MS) return;
    this.#loggedAt.set(code, now);
    const which = seq === undefined ? 'what was sent' : `frame ${seq}`;
    this.log.warn(`the hub refused ${which}: ${message} (${[code, field].filter(Boolean).join(', ')})`);
  }
}

/** A refusal without a number is one of the whole batch, unless it is of something else that was sent. */
function concernsBatch({ code, bootId, field }: Refusal, ofBatch: string): boolean {
  if (bootId !== undefined) return bootId === ofBatch;
  return code === 'invalid' && field !== undefined && /^($|\/bootId|\/frames)/.test(field);
}
