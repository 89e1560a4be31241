import { describe, expect, it } from 'vitest';
import { breaches, clears, compare } from './condition.js';

describe('compare', () => {
  it.each([
    [2, '>', 1, true],
    [1, '>', 1, false],
    [1, '>=', 1, true],
    [0, '<', 1, true],
    [1, '<', 1, false],
    [1, '<=', 1, true],
    [1, '==', 1, true],
    [0, '==', 1, false],
    [0, '!=', 1, true],
    [1, '!=', 1, false],
  ] as const)('%d %s %d is %s', (value, comparison, bound, expected) => {
    expect(compare(value, comparison, bound)).toBe(expected);
  });
});

describe('hysteresis', () => {
  const rule = { comparison: '>', firesAt: 90, clearsAt: 80 } as const;

  it('neither begins nor ends an alarm between the two levels', () => {
    expect(breaches(rule, 85)).toBe(false);
    expect(clears(rule, 85)).toBe(false);
  });

  it('begins above the one and ends at the other', () => {
    expect(breaches(rule, 90.1)).toBe(true);
    expect(clears(rule, 80)).toBe(true);
  });

  it('uses one level for both when only one is given', () => {
    const plain = { comparison: '>', firesAt: 90 } as const;
    expect(clears(plain, 90)).toBe(true);
    expect(breaches(plain, 90)).toBe(false);
  });
});
