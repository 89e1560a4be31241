import type { Frame } from '@tocsin/shared';

/** The measured parts of a frame; a part that is left out was not measured. */
export type Readings = Omit<Frame, 'seq' | 't' | 'failures'>;

export interface Collected extends Readings {
  /** What could not be read although the rest could, in plain words. */
  problems?: string[];
}

/**
 * Reads one part of the host. Nothing to report ("this host has no such thing", "the first reading of a
 * rate") is an empty object; what should have worked and did not is an error.
 */
export interface Collector {
  readonly name: string;
  /** @param now monotonic milliseconds, for rates */
  collect(now: number): Collected | Promise<Collected>;
}
