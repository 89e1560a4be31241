import { FrameClock, TRUSTED_MS, type Moment, type Stamp } from '../frame/clock.js';
import { thisMoment } from '../frame/moment.js';
import type { Logger } from '../logging/logger.js';

const inSeconds = (ms: number): string => `${Math.round(Math.abs(ms) / 1000)} s`;

/** The clock of frames as this host drives it, with a line in the log when something is wrong with it. */
export class HostClock {
  readonly #clock = new FrameClock();
  #skew: number | undefined;
  #wrong = false;

  constructor(
    private readonly log: Logger,
    private readonly look: () => Moment = thisMoment,
  ) {}

  /** As the last stamp said. */
  get skew(): number | undefined {
    return this.#skew;
  }

  /** How long ago a frame's time was, in ms. */
  since(t: number): number {
    const { utc } = this.look();
    const wrong = this.#skew !== undefined && Math.abs(this.#skew) > TRUSTED_MS;
    return Math.max(0, utc - (wrong ? this.#skew! : 0) - t);
  }

  get hubOrigin(): number | undefined {
    return this.#clock.hubOrigin;
  }

  restore(hubOrigin: number): void {
    this.#clock.restore(hubOrigin);
  }

  measured(hubUtc: number, roundTrip: number): void {
    this.#clock.measured(hubUtc, roundTrip, this.look());
  }

  heard(hubUtc: number): void {
    this.#clock.heard(hubUtc, this.look());
  }

  stamp(): Stamp {
    const stamp = this.#clock.stamp(this.look());
    this.#skew = stamp.skew;
    if (stamp.step !== 0)
      this.log.warn(
        `this host's clock was set ${stamp.step > 0 ? 'forward' : 'back'} by ${inSeconds(stamp.step)}`,
      );
    this.#tellSkew(stamp.skew ?? 0);
    return stamp;
  }

  #tellSkew(skew: number): void {
    const wrong = Math.abs(skew) > TRUSTED_MS;
    if (wrong === this.#wrong) return;
    this.#wrong = wrong;
    if (wrong)
      this.log.warn(
        `this host's clock is ${inSeconds(skew)} ${skew > 0 ? 'ahead of' : 'behind'} the hub's: ` +
          "frames carry the hub's time until it is right",
      );
    else this.log.info("this host's clock is right again");
  }
}
