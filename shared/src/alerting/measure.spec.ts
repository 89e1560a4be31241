import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, OK, type AlertState } from './engine.js';
import { measure, type Measurable, type Measured } from './measure.js';
import type { RuleCondition } from './rule-condition.js';

const START = 1_800_000_000_000;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const patienceMs = 3_000;

const rule = (condition?: RuleCondition, over: Partial<Measurable> = {}): Measurable => ({
  metric: 'cpu.usage',
  comparison: '>',
  ...over,
  ...(condition && { condition }),
});
const over = (aggregate: 'avg' | 'max' | 'p95', windowSeconds = 60) =>
  rule({ kind: 'aggregate', aggregate, windowSeconds });

type Step = { ms: number; value?: number };

/** Feeds values so many ms apart and gives what came of each. */
function run(about: Measurable, steps: Step[], patience = patienceMs): Measured[] {
  let now = START;
  let window: Measured['window'];
  return steps.map(({ ms, value }) => {
    now += ms;
    const measured = measure(about, window, { value, now, patienceMs: patience });
    window = measured.window;
    return measured;
  });
}
const each = (count: number, value: (i: number) => number, ms = SECOND): Step[] =>
  Array.from({ length: count }, (_, i) => ({ ms, value: value(i) }));
const valueOf = (measured: Measured | undefined) => measured?.reading?.value;
const last = (measured: Measured[]) => valueOf(measured.at(-1));

const steps = (most: number) =>
  fc.array(fc.record({ ms: fc.integer({ min: 0, max: most }), value: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 300,
  });

/** The values that a window of 60 slots of a second holds after each step, counted from all of them. */
function inWindow(all: Step[]): number[][] {
  let elapsed = 0;
  const at = all.map(({ ms }, i) => (elapsed += i === 0 ? 0 : ms));
  return at.map((now, i) => {
    const oldest = Math.floor(now / SECOND) - 60;
    return all
      .slice(0, i + 1)
      .flatMap(({ value }, j) => (Math.floor(at[j]! / SECOND) > oldest ? [value!] : []));
  });
}
const elapsedAt = (all: Step[], i: number) => all.slice(1, i + 1).reduce((sum, { ms }) => sum + ms, 0);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('a rule without a condition', () => {
  it('is told each value as it comes, and that there is none', () => {
    expect(run(rule(), [{ ms: 0, value: 5 }, { ms: SECOND }]).map(valueOf)).toEqual([5, undefined]);
  });
});

describe('absent', () => {
  it('is 1 while the host reports without the series', () => {
    const about = rule({ kind: 'absent' });
    expect(run(about, [{ ms: 0, value: 0 }, { ms: SECOND }, { ms: SECOND, value: 9 }]).map(valueOf)).toEqual([
      0, 1, 0,
    ]);
  });
});

describe('an aggregate', () => {
  it('is that of exactly the values in the window, each counted once', () => {
    fc.assert(
      fc.property(steps(patienceMs), (all) => {
        const held = inWindow(all);
        const [avg, max] = [run(over('avg'), all), run(over('max'), all)];
        all.forEach((_, i) => {
          if (elapsedAt(all, i) < 60 * SECOND) {
            expect(avg[i]!.reading).toBeUndefined();
            expect(max[i]!.reading).toBeUndefined();
          } else {
            expect(valueOf(avg[i])).toBeCloseTo(mean(held[i]!), 8);
            expect(valueOf(max[i])).toBe(Math.max(...held[i]!));
          }
        });
      }),
    );
  });

  it('is the percentile of the values, when there is one a slot', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 61, maxLength: 200 }), (values) => {
        const all = values.map((value) => ({ ms: SECOND, value }));
        const held = inWindow(all)
          .at(-1)!
          .sort((a, b) => a - b);
        expect(last(run(over('p95'), all))).toBe(held[Math.ceil(0.95 * held.length) - 1]);
      }),
    );
  });

  it('never holds more than its slots, and leaves the states before it alone', () => {
    fc.assert(
      fc.property(steps(50), fc.constantFrom('avg', 'p95'), (all, aggregate) => {
        const states = run(over(aggregate, 10), all);
        const kept = JSON.stringify(states.map(({ window }) => window));
        for (const { window } of states) {
          for (const column of Object.values(window!.whole ?? {}).filter((one) => Array.isArray(one))) {
            expect(column.length).toBeLessThanOrEqual(60);
          }
        }
        run(over(aggregate, 10), all);
        expect(JSON.stringify(states.map(({ window }) => window))).toBe(kept);
      }),
    );
  });

  it('goes on from a state that was written down', () => {
    const all = each(90, (i) => i);
    const { window } = run(over('avg'), all.slice(0, 70)).at(-1)!;
    let state = JSON.parse(JSON.stringify(window)) as typeof window;
    let now = START + 70 * SECOND;
    let value: number | undefined;
    for (const step of all.slice(70)) {
      const measured = measure(over('avg'), state, { value: step.value, now: (now += SECOND), patienceMs });
      state = measured.window;
      value = valueOf(measured);
    }
    expect(value).toBe(last(run(over('avg'), all)));
  });

  it.each([
    ['a silence', 10 * SECOND],
    ['a clock that leaps ahead', 24 * HOUR],
  ])('begins anew after %s', (_what, ms) => {
    const states = run(over('avg'), [...each(70, () => 90), { ms, value: 90 }, ...each(60, () => 90)]);
    expect(valueOf(states[69])).toBe(90);
    expect(states.slice(70, 130).every(({ reading }) => reading === undefined)).toBe(true);
    expect(last(states)).toBe(90);
  });

  it('is not full sooner when the clock is set back and ahead within its patience', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5 * SECOND, max: patienceMs }), { maxLength: 80 }), (moves) => {
        const all = moves.map((ms) => ({ ms, value: 95 }));
        const forward = moves.slice(1).reduce((sum, ms) => sum + Math.max(0, ms), 0);
        const known = run(over('avg'), all).some(({ reading }) => reading !== undefined);
        expect(known && forward < 60 * SECOND).toBe(false);
      }),
    );
  });

  it('lets a series be away for a moment', () => {
    const all: Step[] = [...each(61, () => 50), { ms: SECOND }, ...each(1, () => 50)];
    const states = run(over('avg'), all);
    expect(valueOf(states.at(-2))).toBeUndefined();
    expect(last(states)).toBe(50);
  });

  it('begins anew when the rule asks for another window', () => {
    const { window } = run(
      over('avg'),
      each(70, () => 95),
    ).at(-1)!;
    const other = measure(over('avg', 30), window, { value: 95, now: START + 71 * SECOND, patienceMs });
    expect(other.reading).toBeUndefined();
  });

  it('does not fire for a peak that its window evens out', () => {
    const values = each(300, (i) => (i % 60 === 0 ? 100 : 10));
    const criterion = { comparison: '>', firesAt: 50, forSeconds: 0, keepFiringSeconds: 0 } as const;
    let state: AlertState = OK;
    run(over('avg'), values).forEach(({ reading }) => {
      if (reading) state = advance(criterion, state, reading);
      expect(state).toBe(OK);
    });
  });
});

describe('a rate', () => {
  it.each([
    ['second', 2],
    ['minute', 120],
    ['hour', 7_200],
  ] as const)('is the change per %s', (per, expected) => {
    const about = rule({ kind: 'rate', per, windowSeconds: 60 });
    expect(
      last(
        run(
          about,
          each(62, (i) => 7 + 2 * i),
        ),
      ),
    ).toBeCloseTo(expected, 6);
  });

  it('lies between the slowest and the fastest change that there was', () => {
    const about = rule({ kind: 'rate', per: 'second', windowSeconds: 10 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 12, maxLength: 80 }), (changes) => {
        let value = 0;
        const rate = last(
          run(
            about,
            changes.map((by) => ({ ms: SECOND, value: (value += by) })),
          ),
        )!;
        expect(rate).toBeLessThanOrEqual(Math.max(...changes) + 1e-9);
        expect(rate).toBeGreaterThanOrEqual(Math.min(...changes) - 1e-9);
      }),
    );
  });
});

describe('a forecast', () => {
  const minute = 60 * SECOND;
  const disk = (condition: Partial<RuleCondition> = {}) =>
    rule({ kind: 'forecast', withinHours: 4, windowSeconds: 3_600, ...condition }, { metric: 'disk.usage' });
  const bytes = rule({ kind: 'forecast', withinHours: 4, windowSeconds: 3_600 }, { metric: 'disk.used' });
  const readings = (count: number, value: (i: number) => number) => each(count, value, minute);

  it('goes on with the line on which the values lie', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 31, max: 200 }), (slope, count) => {
        const value = (i: number) => 1_000 + slope * i;
        const far = last(run(bytes, readings(count, value), 3 * minute));
        expect(far).toBeCloseTo(value(count - 1 + 240), 4);
      }),
    );
  });

  it('says nothing before half of its window was seen', () => {
    const states = run(
      disk(),
      readings(31, (i) => 50 + i),
      3 * minute,
    );
    expect(states.slice(0, 30).every(({ reading }) => reading === undefined)).toBe(true);
    expect(states[30]!.reading).toBeDefined();
  });

  it('stays a percentage', () => {
    expect(
      last(
        run(
          disk(),
          readings(60, (i) => 30 + i),
          3 * minute,
        ),
      ),
    ).toBe(100);
    expect(
      last(
        run(
          disk(),
          readings(60, (i) => 90 - i),
          3 * minute,
        ),
      ),
    ).toBe(0);
  });

  it('is the value itself until that is far enough', () => {
    expect(
      last(
        run(
          disk({ onlyFrom: 60 }),
          readings(40, (i) => 10 + i),
          3 * minute,
        ),
      ),
    ).toBe(49);
    expect(
      last(
        run(
          disk({ onlyFrom: 40 }),
          readings(40, (i) => 10 + i),
          3 * minute,
        ),
      ),
    ).toBe(100);
  });

  it('outlives a silence, and no leap of the clock makes it come sooner', () => {
    const before = readings(60, (i) => 1_000 + i);
    const gap = { ms: 30 * minute, value: 1_089 };
    expect(last(run(bytes, [...before, gap], 3 * minute))).toBeCloseTo(1_089 + 240, 4);
    fc.assert(
      fc.property(fc.integer({ min: minute, max: 60 * minute }), (ms) => {
        expect(last(run(bytes, [...before, { ms, value: 1_060 }], 3 * minute)) ?? 0).toBeLessThan(
          1_060 + 240.001,
        );
      }),
    );
  });
});
