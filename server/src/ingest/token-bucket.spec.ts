import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('lets through a burst, and then as much as time allows', () => {
    const bucket = new TokenBucket(2, 3, 0);
    expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect([500, 500, 1_000].map((now) => bucket.take(now))).toEqual([true, false, true]);
  });

  it('takes all of a batch or none of it', () => {
    const bucket = new TokenBucket(1, 10, 0);
    expect(bucket.take(0, 11)).toBe(false);
    expect(bucket.take(0, 10)).toBe(true);
  });

  it('gains nothing when the clock is set back', () => {
    const bucket = new TokenBucket(1, 1, 10_000);
    bucket.take(10_000);
    expect(bucket.take(0)).toBe(false);
    expect(bucket.take(1_000)).toBe(true);
  });

  it('says how long to wait for so many', () => {
    const bucket = new TokenBucket(2, 3, 0);
    expect(bucket.wait(0, 3)).toBe(0);
    bucket.take(0, 3);
    expect(bucket.wait(0, 3)).toBe(1_500);
    expect(bucket.wait(1_000, 3)).toBe(500);
    expect(bucket.take(1_500, 3)).toBe(true);
  });

  it('can be charged afterwards, and is in debt then, but no deeper than one burst', () => {
    const bucket = new TokenBucket(1, 3, 0);
    bucket.charge(0, 5);
    expect(bucket.wait(0)).toBe(3_000);
    bucket.charge(0, 100);
    expect(bucket.take(3_999)).toBe(false);
    expect(bucket.take(4_000)).toBe(true);
  });

  it('never lets through more than the burst and what the time brought', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300)), (gaps) => {
        const bucket = new TokenBucket(10, 5, 0);
        let now = 0;
        const taken = gaps.filter((gap) => bucket.take((now += gap))).length;
        expect(taken).toBeLessThanOrEqual(5 + now / 100);
      }),
    );
  });
});
