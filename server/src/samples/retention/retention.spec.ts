import { DEFAULT_RETENTION, shorterThanFiner } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { finestStep, keptFrom } from './retention.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = 20_000 * DAY + 754_321;
const retention = { raw: 7, '1m': 30, '10m': 90, '1h': 365, '1d': 3_650 };

describe('keptFrom', () => {
  it.each([
    ['raw', MINUTE],
    ['1m', 10 * MINUTE],
    ['10m', 60 * MINUTE],
    ['1h', DAY],
  ] as const)('lets %s go by whole steps of the next tier', (tier, step) => {
    const from = keptFrom(retention, tier, NOW);
    expect(from % step).toBe(0);
    expect(NOW - retention[tier] * DAY - from).toBeGreaterThanOrEqual(0);
    expect(NOW - retention[tier] * DAY - from).toBeLessThan(step);
  });
});

describe('finestStep', () => {
  it.each([
    [1, 0],
    [8, MINUTE],
    [31, 10 * MINUTE],
    [91, 60 * MINUTE],
    [366, DAY],
    [5_000, DAY],
  ])('%i days ago is %i ms', (days, step) => {
    expect(finestStep((tier) => keptFrom(retention, tier, NOW), NOW - days * DAY)).toBe(step);
  });
});

describe('shorterThanFiner', () => {
  it('names the tier that would end before a finer one', () => {
    expect(shorterThanFiner(DEFAULT_RETENTION)).toBeUndefined();
    expect(shorterThanFiner({ ...retention, '10m': 29 })).toBe('10m');
  });
});
