import { expect, it } from 'vitest';
import { GIVEN_UP_AFTER_MS, nextAttempt } from './backoff.js';

const at = (attempts: number, random = 1, retryAfterMs?: number) =>
  nextAttempt({ attempts, dueAt: 0, now: 0 }, random, retryAfterMs);

it('waits twice as long each time, up to a quarter of an hour', () => {
  expect([1, 2, 3, 4, 10, 11, 40].map((n) => at(n))).toEqual([
    1_000, 2_000, 4_000, 8_000, 512_000, 900_000, 900_000,
  ]);
});

it('does not bring back together what failed together', () => {
  expect([0, 0.5, 1].map((random) => at(1, random))).toEqual([500, 750, 1_000]);
});

it('comes no earlier than it was asked to', () => {
  expect(at(1, 1, 60_000)).toBe(60_000);
  expect(at(10, 1, 60_000)).toBe(512_000);
});

it('gives up what is no news any more', () => {
  const late = { attempts: 20, dueAt: 0, now: GIVEN_UP_AFTER_MS };
  expect(nextAttempt(late, 0)).toBeUndefined();
  expect(nextAttempt({ ...late, now: GIVEN_UP_AFTER_MS - 900_000 }, 1)).toBe(GIVEN_UP_AFTER_MS);
});
