import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

const waits = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

describe('Backoff', () => {
  it('tries soon at first, then doubles up to ten seconds', () => {
    expect(waits(new Backoff(() => 1), 8)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    expect(waits(new Backoff(() => 0), 4)).toEqual([0, 500, 1000, 2000]);
  });

  it('begins anew after a good connection', () => {
    const backoff = new Backoff(() => 1);
    waits(backoff, 5);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it('waits at least as long as a refusal asks for, and never for everybody the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const wait = new Backoff(() => random).next(60_000);
        expect(wait).toBeGreaterThanOrEqual(60_000);
        expect(wait).toBeLessThanOrEqual(75_000);
      }),
    );
  });
});
