interface Run {
  since: number;
  more: number;
}

/**
 * Keeps a flood of like warnings out of the log: the first of a kind is logged at once, later ones
 * within the window are counted and logged as one line. Times are UTC ms.
 */
export class RepeatedWarnings {
  readonly #runs = new Map<string, Run>();

  constructor(
    private readonly logger: { warn: (message: string) => void },
    private readonly windowMs = 10_000,
  ) {}

  warn(kind: string, detail: string, now: number): void {
    const run = this.#runs.get(kind);
    if (run !== undefined && !this.#over(run, now)) {
      run.more += 1;
      return;
    }
    if (run !== undefined) this.#summarise(kind, run);
    this.#runs.set(kind, { since: now, more: 0 });
    this.logger.warn(`${kind}: ${detail}`);
  }

  /** Logs what was counted in windows that are over. To be called now and then. */
  flush(now: number): void {
    for (const [kind, run] of this.#runs) {
      if (!this.#over(run, now)) continue;
      this.#summarise(kind, run);
      this.#runs.delete(kind);
    }
  }

  #over(run: Run, now: number): boolean {
    return now - run.since >= this.windowMs;
  }

  #summarise(kind: string, run: Run): void {
    if (run.more > 0) this.logger.warn(`${kind}: … and ${run.more} more`);
  }
}
