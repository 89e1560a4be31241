import { HISTORY_LIMITS } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { RANGES, rangeOf } from './ranges.js';

describe('the ranges of the charts', () => {
  it('are within what the hub answers', () => {
    for (const { span, points } of Object.values(RANGES)) {
      expect(points).toBeLessThanOrEqual(HISTORY_LIMITS.points);
      expect(span).toBeLessThanOrEqual(HISTORY_LIMITS.spanMs);
    }
  });

  it.each([
    ['7d', '7d'],
    [null, 'live'],
    ['constructor', 'live'],
    [7, 'live'],
  ])('are found by their name in the address: %s', (name, range) => expect(rangeOf(name)).toBe(range));
});
