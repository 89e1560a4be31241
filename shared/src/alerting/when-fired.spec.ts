import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, OK, type AlertState, type Reading } from './engine.js';
import type { RuleSettings } from './rule.js';
import { whenFired } from './when-fired.js';

const START = 1_800_000_000_000;
const rule: RuleSettings = {
  name: 'CPU',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 5,
  keepFiringSeconds: 2,
  severity: 'warning',
};
const readings = (values: (number | undefined)[]): Reading[] =>
  values.map((value, i) => ({ value, now: START + i * 1_000, patienceMs: 3_000 }));
const held = (count: number, value: number) => Array.from({ length: count }, () => value);

describe('whenFired', () => {
  it('tells since when, from when and until when, and the worst of it', () => {
    const values = [...held(3, 10), ...held(6, 95), 99, ...held(5, 10)];
    expect(whenFired(rule, readings(values))).toEqual([
      { since: START + 3_000, openedAt: START + 8_000, resolvedAt: START + 12_000, worst: 99 },
    ]);
  });

  it('leaves open what was not over', () => {
    expect(whenFired(rule, readings(held(10, 95)))[0]).not.toHaveProperty('resolvedAt');
  });

  it('judges what the condition makes of the values', () => {
    const condition = { kind: 'aggregate', aggregate: 'avg', windowSeconds: 10 } as const;
    const values = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 100 : 40));
    expect(whenFired({ ...rule, condition, firesAt: 60, clearsAt: 50 }, readings(values))).toHaveLength(1);
    expect(whenFired({ ...rule, firesAt: 60, clearsAt: 50 }, readings(values))).toEqual([]);
  });

  it('opens and ends whatever the engine does, and nothing else', () => {
    const values = fc.array(fc.option(fc.constantFrom(50, 85, 95), { nil: undefined }), { maxLength: 200 });
    fc.assert(
      fc.property(values, (all) => {
        let state: AlertState = OK;
        let [opened, ended] = [0, 0];
        for (const reading of readings(all)) {
          const next: AlertState = advance(rule, state, reading);
          if (state.phase !== 'firing' && next.phase === 'firing') opened += 1;
          if (state.phase === 'firing' && next.phase !== 'firing') ended += 1;
          state = next;
        }
        const spans = whenFired(rule, readings(all));
        expect([spans.length, spans.filter((s) => s.resolvedAt !== undefined).length]).toEqual([
          opened,
          ended,
        ]);
      }),
    );
  });
});
