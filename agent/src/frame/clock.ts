/** One look at the clocks of the host. */
export interface Moment {
  /** Its UTC, in ms: somebody may set it at any time. */
  utc: number;
  /** Since the host was started, in ms, time asleep included: nobody sets it. */
  boot: number;
}

/** As long as the host's clock is this near to the hub's, in ms, frames carry its time. */
export const TRUSTED_MS = 30_000;
/** A change of the clock that is worth a word, in ms. */
const STEP_MS = 1_000;
/** A skew is told anew only when it differs by more, in ms: `boot` is known to 10 ms. */
const STEADY_MS = 20;
/** The hub's clock is measured anew from what it says within this time, in ms. */
const WINDOW_MS = 2 * 60_000;

export interface Stamp {
  /** UTC ms for a frame; later than that of the frame before. */
  t: number;
  /** How far the host's clock is ahead of the hub's, in ms; not known before the hub has been reached. */
  skew: number | undefined;
  /** By how much the host's clock was set since the last look, in ms; 0 when it was left alone. */
  step: number;
}

/**
 * Gives frames their time. Both clocks are held against the time since the host was started, which goes
 * on through sleep and which nobody sets: so a step of the host's clock is seen as what it is, and the
 * hub's time stays known through it. While the host's clock is wrong, frames carry the hub's time; while
 * the hub was never reached, the host's, wrong as it may be.
 */
export class FrameClock {
  /** The host's and the hub's UTC at `boot` 0. */
  #own: number | undefined;
  #hub: number | undefined;
  #delay = 0;
  /** The best that the hub said in this window: what came with the least delay. */
  #window: { until: number; best: number } | undefined;
  #skew: number | undefined;
  #last: { t: number; boot: number } | undefined;

  /** The hub's UTC at `boot` 0, which holds until the host is started again. */
  get hubOrigin(): number | undefined {
    return this.#hub;
  }

  /** Takes over what an earlier process knew, unless the hub has been heard since. */
  restore(hubOrigin: number): void {
    this.#hub ??= hubOrigin;
  }

  /**
   * The hub answered with its time.
   *
   * @param roundTrip ms in which it must have looked at its clock
   * @param at when its answer came
   */
  measured(hubUtc: number, roundTrip: number, at: Moment): void {
    this.#delay = roundTrip / 2;
    this.#hub = hubUtc - at.boot + this.#delay;
    this.#window = undefined;
  }

  /** The hub said its time unasked: it was that much or later when it came. */
  heard(hubUtc: number, at: Moment): void {
    const heard = hubUtc - at.boot;
    this.#window ??= { until: at.boot + WINDOW_MS, best: heard };
    this.#window.best = Math.max(this.#window.best, heard);
    if (at.boot < this.#window.until) return;
    // Clocks drift, and the hub's may be set, too.
    this.#hub = this.#window.best + this.#delay;
    this.#window = undefined;
  }

  /** A time for what is measured at this moment. */
  stamp(at: Moment): Stamp {
    const own = at.utc - at.boot;
    const change = own - (this.#own ?? own);
    this.#own = own;
    const skew = this.#hub === undefined ? undefined : own - this.#hub;
    if (skew === undefined || this.#skew === undefined || Math.abs(skew - this.#skew) > STEADY_MS)
      this.#skew = skew === undefined ? undefined : Math.round(skew);
    const trusted = skew === undefined || Math.abs(skew) <= TRUSTED_MS;
    const t = this.#later(Math.round(trusted ? at.utc : at.utc - skew), at.boot);
    return { t, skew: this.#skew, step: Math.abs(change) < STEP_MS ? 0 : Math.round(change) };
  }

  /**
   * Holds time back at half its pace rather than let it run backwards when the clock was set back a
   * little, or when the hub's time takes its place. More than that is no correction but another time.
   */
  #later(t: number, boot: number): number {
    const last = this.#last;
    if (last !== undefined && t > last.t - 2 * TRUSTED_MS)
      t = Math.max(t, last.t + Math.max(1, Math.round((boot - last.boot) / 2)));
    this.#last = { t, boot };
    return t;
  }
}
