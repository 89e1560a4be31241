import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaches, clears } from './condition.js';
import {
  advance,
  GONE_AFTER_MS,
  OK,
  resume,
  type AlertState,
  type Criterion,
  type Reading,
} from './engine.js';

const START = 1_800_000_000_000;
const patienceMs = 3_000;
const rule = (over: Partial<Criterion> = {}): Criterion => ({
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 10,
  keepFiringSeconds: 5,
  ...over,
});

/** Feeds `[second, value]` pairs and gives the state after each. */
function run(criterion: Criterion, readings: [second: number, value?: number][], from: AlertState = OK) {
  let state = from;
  return readings.map(([second, value]) => {
    state = advance(criterion, state, { value, now: START + second * 1000, patienceMs });
    return state;
  });
}
const phases = (states: AlertState[]) => states.map((s) => s.phase).join(' ');
const seconds = (from: number, to: number, value?: number) =>
  Array.from({ length: to - from + 1 }, (_, i): [number, number?] => [from + i, value]);
const last = (states: AlertState[]) => states.at(-1)!;
const firing = (over: Partial<Criterion> = {}) => last(run(rule({ ...over, forSeconds: 0 }), [[0, 95]]));

describe('beginning', () => {
  it('fires at once when nothing has to be held', () => {
    expect(firing()).toMatchObject({ phase: 'firing', since: START, openedAt: START, opened: 95 });
  });

  it('waits until the condition has held for as long as the rule asks, and not a reading longer', () => {
    const states = run(rule(), seconds(0, 10, 95));
    expect(states.slice(0, 10).every((s) => s.phase === 'pending')).toBe(true);
    expect(last(states)).toMatchObject({ phase: 'firing', since: START, openedAt: START + 10_000 });
  });

  it('starts over when the value falls below the level for a moment, even if it stays above the clear level', () => {
    const states = run(rule(), [...seconds(0, 9, 95), [10, 85], ...seconds(11, 20, 95)]);
    expect(states[10]).toBe(OK);
    expect(last(states).phase).toBe('pending');
  });

  it('opens with the worst value of the pending time', () => {
    expect(last(run(rule(), [[0, 95], [1, 99], ...seconds(2, 10, 93)]))).toMatchObject({
      opened: 93,
      worst: 99,
      last: 93,
    });
  });

  it('does not count a silence as time in which the condition held', () => {
    const states = run(rule(), [...seconds(0, 5, 95), ...seconds(60, 65, 95)]);
    expect(last(states)).toMatchObject({ phase: 'pending', since: START + 60_000, heldMs: 5_000 });
  });

  it('bridges a reading that lacks the series', () => {
    expect(phases(run(rule({ forSeconds: 2 }), [[0, 95], [1], [2, 95]]))).toBe('pending pending firing');
  });
});

describe('a clock that is set', () => {
  it('back costs the time it was set back, and neither blocks the rule nor fires it early', () => {
    const states = run(rule(), [...seconds(0, 8, 95), ...seconds(-3600, -3598, 95)]);
    expect(states.at(-2)).toMatchObject({ phase: 'pending', heldMs: 9_000, since: START - 3_600_000 });
    expect(last(states).phase).toBe('firing');
  });

  it('ahead does not make a rule fire that has not held', () => {
    expect(
      last(
        run(rule(), [
          [0, 95],
          [1, 95],
          [7200, 95],
        ]),
      ),
    ).toMatchObject({ phase: 'pending', heldMs: 0 });
  });

  it('ahead does not end an incident early', () => {
    const states = run(
      rule(),
      [
        [1, 50],
        [2, 50],
        [7200, 50],
      ],
      firing(),
    );
    expect(last(states)).toMatchObject({ phase: 'firing', clearMs: 1_000 });
  });
});

describe('ending', () => {
  it('goes on firing between the two levels', () => {
    expect(phases(run(rule(), seconds(1, 60, 85), firing()))).toMatch(/^(firing ?)+$/);
  });

  it('resolves when it was clear for as long as the rule asks', () => {
    const states = run(rule(), seconds(1, 6, 80), firing());
    expect(states[4]).toMatchObject({ phase: 'firing', clearMs: 4_000 });
    expect(states[5]).toBe(OK);
  });

  it('resolves at the first clear value when nothing has to be kept', () => {
    expect(last(run(rule({ keepFiringSeconds: 0 }), [[1, 80]], firing()))).toBe(OK);
  });

  it('begins the clear time anew when the value rises above the clear level', () => {
    const states = run(rule(), [...seconds(1, 5, 70), [6, 81], ...seconds(7, 11, 70)], firing());
    expect(states[5]).not.toHaveProperty('clearMs');
    expect(last(states).phase).toBe('firing');
  });

  it('remembers the worst and the last value, in the direction of the comparison', () => {
    expect(
      last(
        run(
          rule(),
          [
            [1, 99],
            [2, 91],
          ],
          firing(),
        ),
      ),
    ).toMatchObject({ worst: 99, last: 91, opened: 95 });
    const low = rule({ comparison: '<', firesAt: 10, clearsAt: 20, forSeconds: 0 });
    expect(
      last(
        run(low, [
          [0, 9],
          [1, 2],
          [2, 8],
        ]),
      ),
    ).toMatchObject({ worst: 2, last: 8, opened: 9 });
  });
});

describe('a series that is not reported any more', () => {
  const gone = GONE_AFTER_MS / 1000;

  it('keeps its incident, since no data is not good data, and ends it when the host reports on without it', () => {
    const states = run(rule(), seconds(1, gone + 1), firing());
    expect(states.at(-2)!.phase).toBe('firing');
    expect(last(states)).toBe(OK);
  });

  it('keeps its incident through any silence of the host', () => {
    const states = run(rule(), [[1], [2], [gone * 10], [gone * 10 + 1]], firing());
    expect(last(states)).toMatchObject({ phase: 'firing', absentMs: 2_000 });
  });

  it('starts counting anew when the series comes back', () => {
    expect(last(run(rule(), [[1], [2], [3, 95]], firing()))).not.toHaveProperty('absentMs');
  });

  it('never begins an alarm', () => {
    expect(phases(run(rule({ forSeconds: 0 }), seconds(0, 20)))).toMatch(/^(ok ?)+$/);
  });
});

describe('a restart of the hub', () => {
  it('goes on with an incident as it was, and counts nothing for the time in between', () => {
    const incident = { since: START, openedAt: START, openedValue: 95, worstValue: 99, lastValue: 91 };
    const states = run(rule(), seconds(500, 506, 70), resume(incident));
    expect(states[0]).toMatchObject({ phase: 'firing', opened: 95, worst: 99, clearMs: 0 });
    expect(phases(states)).toBe('firing firing firing firing firing ok ok');
  });
});

describe('whatever comes', () => {
  const criteria = fc
    .record({
      up: fc.boolean(),
      level: fc.integer({ min: 20, max: 80 }),
      slack: fc.integer({ min: 0, max: 20 }),
      forSeconds: fc.integer({ min: 0, max: 20 }),
      keepFiringSeconds: fc.integer({ min: 0, max: 20 }),
    })
    .map(({ up, level, slack, ...durations }): Criterion => ({
      comparison: up ? '>' : '<',
      firesAt: level,
      clearsAt: up ? level - slack : level + slack,
      ...durations,
    }));
  const value = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 10 });
  const forward = fc.integer({ min: 0, max: 5_000 });
  const anyStep = fc.oneof(
    { weight: 8, arbitrary: forward },
    { weight: 1, arbitrary: fc.integer({ min: -1e7, max: 1e7 }) },
  );
  // Values come in runs, as real ones do, so that durations are reached.
  const script = (gap: fc.Arbitrary<number>) =>
    fc
      .array(fc.record({ value, gaps: fc.array(gap, { minLength: 1, maxLength: 15 }) }), { maxLength: 12 })
      .map((runs) => {
        let now = START;
        return runs.flatMap((r) =>
          r.gaps.map((ms): Reading => ({ value: r.value, now: (now += ms), patienceMs })),
        );
      });

  const walk = (
    criterion: Criterion,
    readings: Reading[],
    look: (before: AlertState, after: AlertState, reading: Reading, index: number) => void,
  ) => {
    let state: AlertState = OK;
    readings.forEach((reading, i) => {
      const after = advance(criterion, state, reading);
      look(state, after, reading, i);
      state = after;
    });
  };

  it('never fires before the condition was seen to hold for as long as the rule asks', () => {
    fc.assert(
      fc.property(criteria, script(forward), (criterion, readings) => {
        walk(criterion, readings, (before, after, { now }, index) => {
          if (before.phase === 'firing' || after.phase !== 'firing') return;
          expect(now - after.since).toBeGreaterThanOrEqual(criterion.forSeconds * 1000);
          const held = readings.slice(0, index + 1).filter((r) => r.now > after.since);
          expect(held.every((r) => r.value === undefined || breaches(criterion, r.value))).toBe(true);
        });
      }),
    );
  });

  it('resolves only on a clear value or after a long absence, never between the two levels', () => {
    fc.assert(
      fc.property(criteria, script(anyStep), (criterion, readings) => {
        walk(criterion, readings, (before, after, reading) => {
          if (before.phase !== 'firing' || after.phase === 'firing') return;
          if (reading.value === undefined) {
            expect(before.absentMs! + patienceMs).toBeGreaterThanOrEqual(GONE_AFTER_MS);
          } else expect(clears(criterion, reading.value)).toBe(true);
        });
      }),
    );
  });

  it('opens and resolves in turn, and never does both on one reading', () => {
    fc.assert(
      fc.property(criteria, script(anyStep), (criterion, readings) => {
        const moves: string[] = [];
        walk(criterion, readings, (before, after) => {
          if (before.phase !== 'firing' && after.phase === 'firing') moves.push('open');
          if (before.phase === 'firing' && after.phase !== 'firing') {
            moves.push('resolve');
            expect(after).toBe(OK);
          }
        });
        expect(moves.every((move, i) => move === (i % 2 === 0 ? 'open' : 'resolve'))).toBe(true);
      }),
    );
  });

  it('stays fired when the levels are asked for longer, and fires no earlier', () => {
    fc.assert(
      fc.property(criteria, fc.nat(20), script(forward), (criterion, more, readings) => {
        const firstFiring = (c: Criterion) => {
          let at = Infinity;
          walk(c, readings, (_before, after, _reading, i) => {
            if (after.phase === 'firing') at = Math.min(at, i);
          });
          return at;
        };
        const stricter = { ...criterion, forSeconds: criterion.forSeconds + more };
        expect(firstFiring(stricter)).toBeGreaterThanOrEqual(firstFiring(criterion));
      }),
    );
  });

  it('keeps its times in order and its worst value the worst', () => {
    fc.assert(
      fc.property(criteria, script(anyStep), (criterion, readings) => {
        walk(criterion, readings, (before, after, reading) => {
          if (after.phase === 'ok' || reading.value === undefined) return;
          expect(after.since).toBeLessThanOrEqual(after.phase === 'firing' ? after.openedAt : reading.now);
          if (after.phase === 'firing') {
            expect(after.last).toBe(reading.value);
            const beyond =
              criterion.comparison === '>' ? after.worst >= after.last : after.worst <= after.last;
            expect(beyond).toBe(true);
            if (before.phase === 'firing') expect(after.opened).toBe(before.opened);
          }
        });
      }),
    );
  });

  it('is plain data: stored and read back in between, everything goes on the same', () => {
    fc.assert(
      fc.property(criteria, script(anyStep), (criterion, readings) => {
        let kept: AlertState = OK;
        let stored: AlertState = OK;
        for (const reading of readings) {
          kept = advance(criterion, kept, reading);
          stored = advance(criterion, JSON.parse(JSON.stringify(stored)) as AlertState, reading);
          expect(stored).toEqual(kept);
        }
      }),
    );
  });
});
