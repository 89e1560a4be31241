import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASSUMED_GAP_MS, PostRhythm } from './post-rhythm.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ONE_BY_ONE = Array<number>(14).fill(SECOND);

/** The gap after posts that were these times apart. */
function after(gaps: readonly number[], assumed?: number): number {
  const rhythm = new PostRhythm(assumed);
  let now = 0;
  rhythm.posted(now);
  for (const gap of gaps) rhythm.posted((now += gap));
  return rhythm.gap;
}

describe('PostRhythm', () => {
  it.each<[string, number[], number]>([
    ['a minute, after the first post', [], MINUTE],
    ['a minute, after two posts by hand before a job takes over', [5 * SECOND, 20 * SECOND], MINUTE],
    ['an hour, as soon as a second post came after an hour', [HOUR], HOUR],
    ['what it was seen to be', [15 * SECOND, 15 * SECOND, 15 * SECOND], 15 * SECOND],
    ['as before, after an outage', [MINUTE, MINUTE, MINUTE, 5 * HOUR, MINUTE], MINUTE],
    [
      'longer, once a job was slowed down and came twice',
      [MINUTE, MINUTE, MINUTE, HOUR / 2, HOUR / 2],
      HOUR / 2,
    ],
    [
      'a minute, when three scripts post one after the other each minute',
      [1, 1, 58, 1, 1, 58, 1, 1].map((s) => s * SECOND),
      MINUTE,
    ],
    [
      'an hour, when a job posts fifteen readings one by one each hour',
      [...ONE_BY_ONE, HOUR, ...ONE_BY_ONE, HOUR, ...ONE_BY_ONE],
      HOUR,
    ],
  ])('takes the gap for %s', (_what, gaps, gap) => {
    expect(after(gaps)).toBe(gap);
  });

  it('begins with what was remembered from before a restart of the hub', () => {
    expect(after([], HOUR / 2)).toBe(HOUR / 2);
  });

  it('stays between ten seconds and an hour, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -HOUR, max: 30 * HOUR })), fc.nat(2 * HOUR), (gaps, assumed) => {
        const gap = after(gaps, assumed);
        expect(gap).toBeGreaterThanOrEqual(10 * SECOND);
        expect(gap).toBeLessThanOrEqual(HOUR);
      }),
    );
  });

  it('settles on the gap of a regular host within a few posts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10 * SECOND, max: HOUR }), fc.nat(20), (every, more) => {
        expect(after(Array<number>(3 + more).fill(every))).toBe(every);
      }),
    );
  });

  it('does not count the time in which the hub stood still', () => {
    const rhythm = new PostRhythm();
    rhythm.posted(0);
    rhythm.pardon(10 * MINUTE);
    rhythm.posted(10 * MINUTE + 30 * SECOND);
    expect(rhythm.gap).toBe(ASSUMED_GAP_MS);
  });
});
