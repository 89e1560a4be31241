import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CALM_MS,
  closed,
  type Flapping,
  FLAPS_ABOVE,
  FLAPS_WITHIN_MS,
  flappingUntil,
  isForgotten,
  LONGEST_CALM_MS,
  opened,
} from './flapping.js';

const START = 1_800_000_000_000;
const MINUTE = 60_000;

/** A series that opens and closes at minutes after the start; the openings that are held when they come. */
function heldOf(openings: number[], openForMs = 10_000): number[] {
  let state: Flapping | undefined;
  return openings.filter((minute) => {
    const now = START + minute * MINUTE;
    const isHeld = flappingUntil(state, now, now) !== undefined;
    state = opened(state, now);
    state = closed(state, now + openForMs);
    return isHeld;
  });
}
const every = (minutes: number, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + i * minutes);

it('a few openings are no flapping, however they lie', () => {
  expect(heldOf(every(1, 0, FLAPS_ABOVE))).toEqual([]);
  expect(heldOf(every(3, 0, 100))).toEqual([]);
});

it('one too many says that it flaps and is told; those after it are held', () => {
  expect(heldOf(every(1, 0, 8))).toEqual([5, 6, 7]);
});

it('it is told again after it stayed put', () => {
  expect(heldOf([...every(1, 0, 6), 5 + 11])).toEqual([5]);
});

it('an incident that stays open is told once it stayed put', () => {
  let state: Flapping | undefined;
  for (const minute of every(1, 0, 6)) state = opened(state, START + minute * MINUTE);
  const openedAt = START + 5 * MINUTE;
  expect(flappingUntil(state, openedAt, openedAt)).toBe(openedAt + CALM_MS);
  expect(flappingUntil(state, openedAt, openedAt + CALM_MS)).toBeUndefined();
});

it('has to stay put for twice as long after each relapse, up to the longest', () => {
  let state: Flapping | undefined;
  let now = START;
  const calms: number[] = [];
  for (let relapse = 0; relapse < 5; relapse += 1) {
    for (let i = 0; i <= FLAPS_ABOVE + 1; i += 1) state = opened(state, (now += MINUTE));
    calms.push((flappingUntil(state, now, now)! - now) / MINUTE);
    now += state!.calmMs;
  }
  expect(calms).toEqual([10, 20, 40, 60, 60]);
});

it('whatever happens: bounded, plain data, and never held for longer than the longest calm', () => {
  const step = fc.record({ ms: fc.integer({ min: -MINUTE, max: 90 * MINUTE }), isOpening: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let now = START;
      let state: Flapping | undefined;
      const times: number[] = [];
      for (const { ms, isOpening } of steps) {
        now += ms;
        const until = flappingUntil(state, now, now);
        if (until !== undefined) {
          expect(until - now).toBeLessThanOrEqual(LONGEST_CALM_MS);
          // There is a time in which it opened too often.
          const tooOften = times.some(
            (at) => times.filter((t) => t >= at && t - at <= FLAPS_WITHIN_MS).length > FLAPS_ABOVE,
          );
          expect(tooOften).toBe(true);
        }
        state = isOpening ? opened(state, now) : closed(state, now);
        if (isOpening) times.push(now);
        if (state === undefined) continue;
        expect(state.openings.length).toBeLessThanOrEqual(FLAPS_ABOVE);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(isForgotten(state, now + 3 * LONGEST_CALM_MS)).toBe(true);
      }
    }),
  );
});
