import type { Frame, HostSettings } from '@tocsin/shared';

/** The measured parts of a frame; a part that is left out was not measured. */
export type Readings = Omit<Frame, 'seq' | 't' | 'failures'>;

export interface Collected extends Readings {
  /** What could not be read although the rest could, in plain words. */
  problems?: string[];
}

/** Which parts of the host are read; the hub may change it while the agent runs. */
export type Watched = Required<Omit<HostSettings, 'interval'>>;

/**
 * Reads one part of the host. Nothing to report ("this host has no such thing", "the first reading of a
 * rate") is an empty object; what should have worked and did not is an error.
 */
export interface Collector {
  readonly name: string;
  /** One reading at a time. @param now monotonic milliseconds, for rates */
  collect(now: number): Collected | Promise<Collected>;
  /**
   * Another one for the frames that go out beside the stored ones while somebody watches. Wanted where a
   * reading counts from the reading before (rates, events), which those frames must not take away: it
   * begins at this one's last reading and goes its own way. Left out, this one serves both.
   */
  forLive?(): Collector;
  /** Something else is to be watched, from the next reading on. */
  reconfigure?(watched: Watched): void;
  /** Set by the agent; called when something changed that must not wait for the next frame. */
  onChange?: (() => void) | undefined;
  /** Gives back what it holds; it is not asked again. */
  close?(): void;
}
