import { describe, expect, it } from 'vitest';
import { advance } from './advance.js';

describe('advance', () => {
  it.each([
    [100, 150, 50],
    [2 ** 32 - 10, 5, 15],
    [5_000_000, 10, undefined],
    [2 ** 40, 10, undefined],
  ])('from %d to %d: %s', (before, after, expected) => {
    expect(advance(before, after)).toBe(expected);
  });
});
