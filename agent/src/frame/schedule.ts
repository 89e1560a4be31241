/** Monotonic milliseconds: a clock that nobody sets. It stands still while the host sleeps. */
export const monotonic = (): number => performance.now();

/** A run out of turn waits for the grid when that is as near as this, in ms. */
const NEAR_MS = 200;

/**
 * Runs a task on a fixed grid of the monotonic clock, so that neither its own duration nor late timers
 * add up to drift. A tick that comes while the task still runs is skipped, and what was missed in a pause
 * (a stopped process, a sleeping laptop) is not made up for.
 */
export class Schedule {
  #timer: NodeJS.Timeout | undefined;
  #extra: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #origin: number;
  #tick = 0;
  #ranAt = -Infinity;

  /**
   * @param interval in ms
   * @param task must not reject
   * @param phase where in the interval the grid begins, 0 to 1: at random, or a hub would get the frames
   * of all its agents at once
   */
  constructor(
    private interval: number,
    private readonly task: () => Promise<void>,
    private readonly phase: () => number = Math.random,
  ) {
    this.#origin = monotonic() - phase() * interval;
  }

  start(): void {
    const now = monotonic();
    // A timer may also fire a moment early: the same tick does not come twice.
    this.#tick = Math.max(this.#tick, Math.floor((now - this.#origin) / this.interval)) + 1;
    this.#timer = setTimeout(
      () => {
        this.start();
        this.#run();
      },
      Math.ceil(this.#dueAt - now),
    );
  }

  /** Goes on with another interval, on a grid that begins now. */
  change(interval: number): void {
    if (interval === this.interval) return;
    this.interval = interval;
    this.#origin = monotonic() - this.phase() * interval;
    this.#tick = 0;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.start();
  }

  /** Runs the task out of turn, but not within `gap` ms of the last run; the grid stays where it is. */
  soon(gap: number): void {
    if (this.#timer === undefined || this.#extra !== undefined) return;
    const now = monotonic();
    const at = Math.max(now, this.#ranAt + gap);
    if (this.#dueAt - at < NEAR_MS) return;
    this.#extra = setTimeout(() => {
      this.#extra = undefined;
      // What runs may have read before there was a reason to.
      if (this.#running) void this.#running.then(() => this.soon(gap));
      else this.#run();
    }, at - now);
  }

  /** Settles when a task that was running has come to its end. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#extra);
    this.#timer = undefined;
    await this.#running;
  }

  get #dueAt(): number {
    return this.#origin + this.#tick * this.interval;
  }

  #run(): void {
    if (this.#running) return;
    this.#ranAt = monotonic();
    this.#running = this.task().finally(() => (this.#running = undefined));
  }
}
