import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from './time-ticks.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 10, 24, 12, 0, 0);

describe('timeTicks', () => {
  it('marks every few minutes of a quarter of an hour', () => {
    const { at, step } = timeTicks(noon - 15 * MINUTE + 7_000, noon + 7_000, 6, 0);
    expect(step).toBe(5 * MINUTE);
    expect(at).toEqual([noon - 10 * MINUTE, noon - 5 * MINUTE, noon]);
  });

  it('marks local midnights of a week', () => {
    const { at } = timeTicks(noon - 7 * DAY, noon, 8, 5.5 * HOUR);
    for (const t of at) expect((t + 5.5 * HOUR) % DAY).toBe(0);
    expect(at).toHaveLength(7);
  });

  it('never gives more marks than fit, nor any outside', () => {
    const range = fc.integer({ min: 60_000, max: 30 * DAY });
    fc.assert(
      fc.property(range, fc.integer({ min: 5, max: 12 }), (span, most) => {
        const { at } = timeTicks(noon - span, noon, most, 0);
        expect(at.length).toBeLessThanOrEqual(most + 1);
        for (const t of at) expect(t >= noon - span && t <= noon).toBe(true);
      }),
    );
  });
});
