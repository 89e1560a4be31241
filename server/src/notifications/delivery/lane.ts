import type { Pace } from '../channels/channel-sender.js';

/** How much of one pace is in use. Knows no clock: times are UTC ms and come in. */
export class Lane {
  readonly busy = new Set<string>();
  #pausedUntil = 0;
  #started: number[] = [];

  constructor(private readonly pace: Pace) {}

  /** How many more may start now. */
  free(now: number): number {
    if (now < this.#pausedUntil) return 0;
    const { concurrency, limit } = this.pace;
    const places = concurrency - this.busy.size;
    if (limit === undefined) return places;
    this.#started = this.#started.filter((at) => at > now - limit.perMs && at <= now);
    return Math.min(places, limit.messages - this.#started.length);
  }

  start(target: string, now: number): void {
    this.busy.add(target);
    if (this.pace.limit !== undefined) this.#started.push(now);
  }

  end(target: string): void {
    this.busy.delete(target);
  }

  /** The other side wants to be left alone until then. */
  pause(until: number): void {
    if (this.pace.waitsAlone) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}
