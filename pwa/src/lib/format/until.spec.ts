import { describe, expect, it } from 'vitest';
import { formatMoment, fromInput, quickEnds, toInput, upToMinute } from './until.js';

const now = new Date(2026, 10, 27, 16, 0).getTime();

describe('formatMoment', () => {
  it('says no more than is needed', () => {
    expect(formatMoment(new Date(2026, 10, 27, 18, 0).getTime(), now)).toMatch(/^(18:00|06:00 PM)$/);
    expect(formatMoment(new Date(2026, 10, 28, 9, 0).getTime(), now)).toMatch(/^tomorrow 09:00/);
    expect(formatMoment(new Date(2026, 11, 4, 9, 0).getTime(), now)).toMatch(/Fri.*4.*09:00/);
    expect(formatMoment(new Date(2027, 10, 4, 9, 0).getTime(), now)).toMatch(/2027.*09:00/);
  });
});

it('quick ends lie one after the other, and tomorrow is tomorrow', () => {
  const ends = quickEnds(now).map(({ endsAt }) => endsAt);
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  expect(new Date(ends[2]!)).toEqual(new Date(2026, 10, 28, 9, 0));
});

it('a time goes into an input and comes back', () => {
  expect(toInput(now)).toBe('2026-11-27T16:00');
  expect(fromInput(toInput(now))).toBe(now);
  expect(fromInput(toInput(now + 59_999))).toBe(now);
  expect(fromInput(toInput(upToMinute(now + 1)))).toBe(now + 60_000);
  expect(fromInput('')).toBeUndefined();
});
