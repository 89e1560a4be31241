/** Monotonic milliseconds: a clock that nobody sets. */
export const monotonic = (): number => performance.now();

/**
 * Runs a task on a fixed grid of the monotonic clock, so that neither its own duration nor late timers
 * add up to drift. A tick that comes while the task still runs is skipped.
 */
export class Schedule {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #tick = 0;

  /**
   * @param interval in ms
   * @param origin the point of the grid from which ticks are counted, monotonic ms
   * @param task gets the monotonic time; must not reject
   */
  constructor(
    private readonly interval: number,
    private readonly origin: number,
    private readonly task: (now: number) => Promise<void>,
  ) {}

  start(): void {
    const now = monotonic();
    // After a pause (a stopped process, a sleeping laptop) what was missed is not made up for. A timer
    // may also fire a moment early: the same tick does not come twice.
    this.#tick = Math.max(this.#tick, Math.floor((now - this.origin) / this.interval)) + 1;
    this.#timer = setTimeout(
      () => {
        this.start();
        this.#run();
      },
      Math.ceil(this.origin + this.#tick * this.interval - now),
    );
  }

  /** Settles when a task that was running has come to its end. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    if (this.#running) return;
    this.#running = this.task(monotonic()).finally(() => (this.#running = undefined));
  }
}
