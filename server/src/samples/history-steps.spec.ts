import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SteppedSeries, stepsOf } from './history-steps.js';

const HOUR = 3_600_000;

describe('stepsOf', () => {
  it.each([
    [15 * 60_000, 300, 1_000, 5_000],
    [HOUR, 300, 1_000, 15_000],
    [24 * HOUR, 300, 1_000, 300_000],
    [7 * 24 * HOUR, 300, 1_000, 3_600_000],
    [15 * 60_000, 1_000, 1_000, 1_000],
    [15 * 60_000, 1_000, 10_000, 10_000],
    [60_000, 2_000, 50, 50],
  ])(
    'divides %d ms into at most %d steps for a host that reports every %d ms',
    (range, points, interval, step) => {
      const from = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR));
      expect(stepsOf(from, from + range, points, interval).step).toBe(step);
    },
  );

  it('covers what was asked with aligned steps and never more of them than asked, two for one at midnight', () => {
    const time = fc.nat(2 ** 41);
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 2 ** 41 }),
        fc.integer({ min: 1, max: 2_000 }),
        (from, range, points) => {
          const steps = stepsOf(from, from + range, points, 1_000);
          expect(steps.from).toBeLessThanOrEqual(from);
          expect(steps.to).toBeGreaterThanOrEqual(from + range);
          expect(steps.from % steps.step).toBe(0);
          expect(steps.count).toBe((steps.to - steps.from) / steps.step);
          expect(steps.count).toBeLessThanOrEqual(Math.max(2, points));
        },
      ),
    );
  });
});

describe('SteppedSeries', () => {
  it('says null where nothing was measured, and rounds averages to a tenth of the resolution', () => {
    const series = new SteppedSeries(2, 10);
    series.add(0, 1, 2, 3, 2);
    series.add(0, 0.5, 0.7, 1.7, 1);
    expect(series.values()).toEqual({ min: [0.5, null], avg: [1.57, null], max: [2, null] });
  });
});
