/** Lets through so many things per second over a long time, and so many at once. Times are in ms. */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    now: number,
  ) {
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** All of them or none. */
  take(now: number, count = 1): boolean {
    this.#fill(now);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes so many afterwards, also when they are not there; the debt ends at one burst. */
  charge(now: number, count: number): void {
    this.#fill(now);
    this.#tokens = Math.max(-this.burst, this.#tokens - count);
  }

  /** In how many ms so many can be taken. */
  wait(now: number, count = 1): number {
    this.#fill(now);
    return (Math.max(0, count - this.#tokens) / this.perSecond) * 1_000;
  }

  #fill(now: number): void {
    const gained = (Math.max(0, now - this.#filledAt) / 1_000) * this.perSecond;
    this.#tokens = Math.min(this.burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}
