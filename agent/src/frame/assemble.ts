import type { Frame, LiveFrame } from '@tocsin/shared';
import type { Watched } from '../collectors/collector.js';
import { CollectorSet, type Outcome } from '../collectors/collector-set.js';
import type { Stamp } from './clock.js';
import { monotonic } from './schedule.js';

/** Where frames take their times from. */
export interface Times {
  /** Milliseconds of a clock that nobody sets. */
  monotonic(): number;
  stamp(): Pick<Stamp, 't' | 'skew'>;
}

/**
 * Makes frames: those that are stored, numbered within one start of the agent, and beside them those of
 * the present for whoever watches. The two never read at once, for some collectors serve both.
 */
export class Assembler {
  #seq = 0;
  #live: CollectorSet | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #readAt = -Infinity;

  constructor(
    private readonly stored: CollectorSet,
    private readonly times: Times,
  ) {}

  /** How the collectors of stored frames did the last time. */
  get outcomes(): readonly Outcome[] {
    return this.stored.outcomes;
  }

  /** When the last stored frame was read, monotonic ms. */
  get readAt(): number {
    return this.#readAt;
  }

  /** Takes the first reading, from which the rates of the first frame are counted. */
  async prime(): Promise<void> {
    await this.#inTurn(() => this.stored.read(this.times.monotonic()));
  }

  next(): Promise<Frame> {
    return this.#inTurn(async () => {
      this.#readAt = this.times.monotonic();
      const frame = await this.#read(this.stored);
      return { seq: this.#seq++, ...frame };
    });
  }

  /** Rates in it count from the last live frame; in the first, from the last stored one. */
  live(): Promise<LiveFrame> {
    return this.#inTurn(() => this.#read((this.#live ??= this.stored.forLive())));
  }

  /** No live frame is wanted for the time being. */
  endLive(): Promise<void> {
    return this.#inTurn(async () => {
      this.#live?.close(this.stored.collectors);
      this.#live = undefined;
    });
  }

  reconfigure(watched: Watched): Promise<void> {
    return this.#inTurn(async () => {
      this.stored.reconfigure(watched);
      this.#live?.reconfigure(watched);
    });
  }

  async #read(set: CollectorSet): Promise<LiveFrame> {
    const content = await set.read(this.times.monotonic());
    const { t, skew } = this.times.stamp();
    return { t, ...content, ...(skew !== undefined && { clock: { skew } }) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** The times of a host that no hub has been asked about. */
export const ownTimes: Times = { monotonic, stamp: () => ({ t: Date.now(), skew: undefined }) };
