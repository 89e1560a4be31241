import type { CollectorFailure, Frame } from '@tocsin/shared';
import type { Collected, Collector, Readings, Watched } from './collector.js';

/** The protocol's bounds of a frame's failures. */
const FAILURES = 64;
const ERROR_LENGTH = 256;

/** What is measured of a frame. */
export type Content = Omit<Frame, 'seq' | 't'>;

/** How a collector did at its last reading. */
export interface Outcome {
  collector: string;
  /** `nothing`: this host has no such thing, or there is nothing to say yet. */
  state: 'ok' | 'nothing' | 'failing';
  problems: string[];
}

/** Collectors that are read together. */
export class CollectorSet {
  #outcomes: Outcome[] = [];

  constructor(readonly collectors: readonly Collector[]) {}

  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /**
   * Asks every collector. One that fails becomes an entry in `failures`; it never stops the others.
   *
   * @param now monotonic milliseconds
   */
  async read(now: number): Promise<Content> {
    const readings: Readings = {};
    const outcomes = await Promise.all(
      this.collectors.map(async (collector): Promise<Outcome> => {
        const { name } = collector;
        try {
          const { problems = [], ...parts }: Collected = await collector.collect(now);
          const nothing = Object.keys(parts).length === 0;
          Object.assign(readings, parts);
          return {
            collector: name,
            state: !nothing ? 'ok' : problems.length > 0 ? 'failing' : 'nothing',
            problems,
          };
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error);
          return { collector: name, state: 'failing', problems: [problem] };
        }
      }),
    );
    this.#outcomes = outcomes;
    const failures = outcomes.flatMap(failuresOf).slice(0, FAILURES);
    return failures.length === 0 ? readings : { ...readings, failures };
  }

  /** The same for the live cadence; see `Collector.forLive`. */
  forLive(): CollectorSet {
    return new CollectorSet(this.collectors.map((collector) => collector.forLive?.() ?? collector));
  }

  reconfigure(watched: Watched): void {
    for (const collector of this.collectors) collector.reconfigure?.(watched);
  }

  /** Closes those that are in this set alone. */
  close(others: readonly Collector[] = []): void {
    for (const collector of this.collectors) if (!others.includes(collector)) collector.close?.();
  }
}

const failuresOf = ({ collector, problems }: Outcome): CollectorFailure[] =>
  problems.map((error) => ({ collector, error: error.slice(0, ERROR_LENGTH) }));
