import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameClock, TRUSTED_MS, type Moment } from './clock.js';
import { thisMoment } from './moment.js';

const START = 1_800_000_000_000;
const HOUR = 3_600_000;

/** A host and a hub whose clocks do as a test tells them. */
class World {
  boot = 50_000;
  /** How far the host's clock is ahead of the hub's. */
  ahead = 0;
  hub = START;
  readonly clock = new FrameClock();

  constructor(private readonly drift = 0) {}

  get now(): Moment {
    // As /proc/uptime gives it: hundredths of a second.
    return { utc: Math.round(this.hub + this.ahead), boot: Math.floor(this.boot / 10) * 10 };
  }

  /** @param drift by which the host's own pace differs from the hub's, which is the true one */
  pass(ms: number): void {
    this.hub += ms;
    this.boot += ms * (1 + this.drift);
    this.ahead += ms * this.drift;
  }

  connect(roundTrip = 0): void {
    this.pass(roundTrip / 2);
    const said = Math.round(this.hub);
    this.pass(roundTrip / 2);
    this.clock.measured(said, roundTrip, this.now);
  }

  hear(delay: number): void {
    const said = Math.round(this.hub);
    this.pass(delay);
    this.clock.heard(said, this.now);
  }

  stamp = () => this.clock.stamp(this.now);
}

describe('FrameClock', () => {
  it("gives the host's own time until the hub has been reached, and knows no skew", () => {
    const world = new World();
    world.ahead = HOUR;
    expect(world.stamp()).toEqual({ t: START + HOUR, skew: undefined, step: 0 });
  });

  it("gives the host's own time while it is about right, and says how far it is off", () => {
    const world = new World();
    world.ahead = -2_500;
    world.connect(40);
    expect(world.stamp()).toMatchObject({ t: world.now.utc, skew: -2_500 });
  });

  it.each([HOUR, -HOUR])("gives the hub's time once the clock was set by %d ms, and tells the step", (by) => {
    const world = new World();
    world.connect();
    const before = world.stamp().t;
    world.pass(1000);
    world.ahead = by;
    expect(world.stamp()).toEqual({ t: before + 1000, skew: by, step: by });
    world.pass(1000);
    expect(world.stamp()).toEqual({ t: before + 2000, skew: by, step: 0 });
    world.pass(1000);
    world.ahead = 0;
    expect(world.stamp()).toEqual({ t: before + 3000, skew: 0, step: -by });
  });

  it('does not take sleep for a step', () => {
    const world = new World();
    world.connect();
    world.stamp();
    world.pass(8 * HOUR);
    expect(world.stamp()).toEqual({ t: START + 8 * HOUR, skew: 0, step: 0 });
  });

  it('never lets time run backwards when the clock is set back a little, and catches up', () => {
    const world = new World();
    world.ahead = 10_000;
    world.connect();
    let last = world.stamp().t;
    world.ahead = -10_000;
    for (let second = 1; second <= 60; second++) {
      world.pass(1000);
      const { t } = world.stamp();
      expect(t - last).toBeGreaterThanOrEqual(500);
      last = t;
    }
    expect(last).toBe(world.now.utc);
  });

  it('goes back at once when the hub says that the time was an hour wrong', () => {
    const world = new World();
    world.ahead = HOUR;
    world.stamp();
    world.pass(1000);
    world.connect();
    expect(world.stamp()).toMatchObject({ t: START + 1000, skew: HOUR });
  });

  it("knows the hub's time from an earlier process, whatever happened to the clock meanwhile", () => {
    const world = new World();
    world.connect();
    const later = new FrameClock();
    later.restore(world.clock.hubOrigin!);
    world.pass(60_000);
    world.ahead = HOUR;
    expect(later.stamp(world.now)).toMatchObject({ t: START + 60_000, skew: HOUR });
  });

  it('follows a clock that drifts by what the hub says now and then', () => {
    const world = new World(100e-6);
    world.connect(2);
    for (let second = 0; second < 86_400; second += 10) {
      world.pass(10_000);
      world.hear(1 + (second % 40));
    }
    expect(world.ahead).toBeGreaterThan(8_000);
    expect(Math.abs(world.stamp().skew! - world.ahead)).toBeLessThan(50);
  });

  it('tells the same skew while it is the same, to the hundredths that it is known to', () => {
    const world = new World();
    world.ahead = 700;
    world.connect();
    const { skew } = world.stamp();
    const told = Array.from({ length: 100 }, () => (world.pass(1003), world.stamp().skew));
    expect(new Set(told)).toEqual(new Set([skew]));
  });

  const happening = fc.oneof(
    { weight: 6, arbitrary: fc.record({ tick: fc.integer({ min: 0, max: 60_000 }) }) },
    { weight: 1, arbitrary: fc.record({ step: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }) }) },
    { weight: 1, arbitrary: fc.record({ step: fc.integer({ min: -40_000, max: 40_000 }) }) },
    { weight: 1, arbitrary: fc.record({ sleep: fc.integer({ min: 0, max: 10 * HOUR }) }) },
    { weight: 1, arbitrary: fc.record({ roundTrip: fc.integer({ min: 0, max: 30 }) }) },
    { weight: 3, arbitrary: fc.record({ delay: fc.integer({ min: 0, max: 500 }) }) },
  );

  it('whatever happens to the clock, time goes on, near to the hub, and the skew is right', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
        const world = new World();
        world.connect(10);
        let last = { t: world.stamp().t, hub: world.hub };
        for (const one of happenings) {
          if ('tick' in one) world.pass(one.tick);
          else if ('step' in one) world.ahead += one.step;
          else if ('sleep' in one) world.pass(one.sleep);
          else if ('roundTrip' in one) world.connect(one.roundTrip);
          else world.hear(one.delay);
          const { t, skew } = world.stamp();
          expect(t).toBeGreaterThan(last.t);
          expect(t - last.t).toBeLessThanOrEqual(world.hub - last.hub + 2 * TRUSTED_MS + 100);
          expect(Math.abs(t - world.hub)).toBeLessThanOrEqual(TRUSTED_MS + 600);
          last = { t, hub: world.hub };
          expect(skew).toBeDefined();
        }
        // Nothing that the hub says late may spoil what it said in time.
        if (!happenings.some((one) => 'delay' in one))
          expect(Math.abs(world.stamp().skew! - world.ahead)).toBeLessThanOrEqual(50);
      }),
    );
  });

  it('knows the skew to 50 ms over days of drift, steps and sleep', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60, max: 60 }),
        fc.array(fc.oneof(fc.integer({ min: -HOUR, max: HOUR }), fc.constant('sleep' as const)), {
          minLength: 5,
          maxLength: 30,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
        (ppm, events, delays) => {
          const world = new World(ppm / 1e6);
          world.connect(4);
          for (const event of events) {
            if (event === 'sleep') {
              world.pass(8 * HOUR);
              world.connect(4);
            } else world.ahead += event;
            for (let heard = 0; heard < 120; heard++) {
              world.pass(5_000);
              // Most of what the hub says is late, now and then it is not.
              world.hear(heard % 10 === 0 ? 2 : delays.next().value);
            }
            expect(Math.abs(world.stamp().skew! - world.ahead)).toBeLessThanOrEqual(50);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('thisMoment', () => {
  it('reads both clocks of this machine', () => {
    const { utc, boot } = thisMoment();
    expect(Math.abs(utc - Date.now())).toBeLessThan(1000);
    expect(boot).toBeGreaterThan(0);
  });
});
