import { expect, it } from 'vitest';
import { FALLBACK_AFTER_MS, type Progress, settledState } from './settled-state.js';

const one = (state: Progress['state']): Progress => ({ state, dueAt: 0 });

it.each([
  [['sent', 'failed'], 'sent', false],
  [['sent', 'waiting'], 'sent', false],
  [['failed', 'failed'], 'failed', true],
  [['failed', 'obsolete'], 'failed', true],
  [['obsolete'], 'obsolete', false],
  [['failed', 'waiting'], 'waiting', false],
] as const)('with deliveries that are %j it is %s', (states, state, fallBack) => {
  expect(
    settledState(
      states.map((each) => one(each)),
      0,
    ),
  ).toEqual({ state, fallBack });
});

it('tells somebody else when nothing got through for a while, tried or not, and goes on', () => {
  const all = [one('waiting'), one('failed')];
  expect(settledState(all, FALLBACK_AFTER_MS - 1).fallBack).toBe(false);
  expect(settledState(all, FALLBACK_AFTER_MS)).toEqual({ state: 'waiting', fallBack: true });
});
