import { describe, expect, it } from 'vitest';
import { formatMonth, formatSpan, formatUtc } from './time.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('formatSpan', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [8 * SECOND, '8 s'],
    [MINUTE, '1 min'],
    [4 * MINUTE + 10 * SECOND, '4 min 10 s'],
    [HOUR + 59 * SECOND, '1 h'],
    [3 * DAY + 2 * HOUR + 5 * MINUTE, '3 d 2 h'],
  ])('says %d ms as %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it('never counts below zero when clocks differ a little', () => {
    expect(formatSpan(-300)).toBe('0 s');
  });
});

describe('formatMonth', () => {
  it('says the year where it begins', () => {
    expect(formatMonth(new Date(2026, 0, 1).getTime())).toBe('2026');
    expect(formatMonth(new Date(2026, 9, 1).getTime())).toMatch(/Oct/i);
  });
});

describe('formatUtc', () => {
  it('names the zone', () => {
    expect(formatUtc(Date.UTC(2025, 3, 10, 15, 0, 0))).toBe('2025-04-10 15:00:00 UTC');
  });
});
