import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from './time-ticks.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 10, 24, 12, 0, 0);
const utc = () => 0;

/** Berlin in 2026: an hour ahead of UTC, two from 29 March to 25 October. */
const berlin = (t: number) =>
  t >= Date.UTC(2026, 2, 29, 1) && t < Date.UTC(2026, 9, 25, 1) ? 2 * HOUR : HOUR;
const inBerlin = (t: number) => new Date(t + berlin(t)).toISOString().slice(0, 16);

describe('timeTicks', () => {
  it('marks every few minutes of a quarter of an hour', () => {
    const { at, step } = timeTicks(noon - 15 * MINUTE + 7_000, noon + 7_000, 6, utc);
    expect(step).toBe(5 * MINUTE);
    expect(at).toEqual([noon - 10 * MINUTE, noon - 5 * MINUTE, noon]);
  });

  it('marks local midnights of a week', () => {
    const { at } = timeTicks(noon - 7 * DAY, noon, 8, () => 5.5 * HOUR);
    for (const t of at) expect((t + 5.5 * HOUR) % DAY).toBe(0);
    expect(at).toHaveLength(7);
  });

  it('marks midnights on both sides of a change of the clocks', () => {
    const { at } = timeTicks(Date.UTC(2026, 9, 22, 12), Date.UTC(2026, 9, 28, 12), 8, berlin);
    expect(at.map(inBerlin)).toEqual(
      ['23', '24', '25', '26', '27', '28'].map((day) => `2026-10-${day}T00:00`),
    );
  });

  it('marks more than one day of a week on a phone', () => {
    const { at, step } = timeTicks(noon - 7 * DAY, noon, 3.3, utc);
    expect(step).toBe(3 * DAY);
    expect(at.length).toBeGreaterThan(1);
  });

  it('marks the first of every second month of a year', () => {
    const { at } = timeTicks(noon - 365 * DAY, noon, 8, berlin);
    expect(at.map(inBerlin)).toEqual([
      '2026-01-01T00:00',
      '2026-03-01T00:00',
      '2026-05-01T00:00',
      '2026-07-01T00:00',
      '2026-09-01T00:00',
      '2026-11-01T00:00',
    ]);
  });

  it('never gives more marks than fit, nor any outside, and all in order', () => {
    const range = fc.integer({ min: 60_000, max: 800 * DAY });
    fc.assert(
      fc.property(range, fc.integer({ min: 3, max: 12 }), (span, most) => {
        const { at } = timeTicks(noon - span, noon, most, berlin);
        // Months are not all of the same length.
        expect(at.length).toBeLessThanOrEqual(most + 1);
        expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
        for (const t of at) expect(t >= noon - span && t <= noon).toBe(true);
      }),
    );
  });
});
