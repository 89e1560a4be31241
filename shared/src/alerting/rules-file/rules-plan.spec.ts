import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../default-rules.js';
import type { Rule } from '../rule.js';
import { keysOf } from './rule-keys.js';
import { planOf, type WantedRule } from './rules-plan.js';

const rules: Rule[] = DEFAULT_RULES.map(({ settings }, i) => ({ ...settings, id: `${i}` }));
const filed = (all: readonly Rule[]): WantedRule[] => {
  const keys = keysOf(all);
  return all.map(({ id, key: _key, ...settings }) => ({ key: keys.get(id)!, settings }));
};
/** The rules after the plan was carried out. */
function carriedOut(before: readonly Rule[], wanted: readonly WantedRule[], prune = false): Rule[] {
  const { create, replace, remove } = planOf(before, wanted, prune);
  const after = before
    .filter(({ id }) => !remove.includes(id))
    .map((rule) => {
      const to = replace.find(({ id }) => id === rule.id);
      return to ? { ...to.settings, key: to.key, id: rule.id } : rule;
    });
  return [...after, ...create.map(({ key, settings }) => ({ ...settings, key, id: `new ${key}` }))];
}

describe('keysOf', () => {
  it('makes a key of a name, and of the same name another one', () => {
    const named = (name: string, i: number) => ({ id: `${i}`, name });
    const keys = keysOf(['Größe von /var', 'CPU busy', 'CPU  busy!', '…', 'cpu-busy-2'].map(named));
    expect([...keys.values()]).toEqual(['gro-e-von-var', 'cpu-busy', 'cpu-busy-2', 'rule', 'cpu-busy-2-2']);
  });

  it('leaves those alone that have one', () => {
    const keys = keysOf([
      { id: 'a', name: 'CPU busy' },
      { id: 'b', name: 'Other', key: 'cpu-busy' },
    ]);
    expect([...keys]).toEqual([
      ['b', 'cpu-busy'],
      ['a', 'cpu-busy-2'],
    ]);
  });
});

describe('planOf', () => {
  it('of what was exported changes nothing that people see, and the second time nothing at all', () => {
    const wanted = filed(rules);
    const first = planOf(rules, wanted, true);
    expect(first.applied).toEqual({
      created: [],
      changed: [],
      unchanged: wanted.map(({ key }) => key),
      removed: [],
    });
    const second = planOf(carriedOut(rules, wanted), wanted, true);
    expect([second.create, second.replace, second.remove]).toEqual([[], [], []]);
  });

  it('says which fields of a rule are others, whatever order they are in', () => {
    const [first, ...rest] = filed(rules);
    const settings = { ...first!.settings, firesAt: 99, tags: { match: 'any' as const, names: ['prod'] } };
    const { applied } = planOf(rules, [{ ...first!, settings }, ...rest], false);
    expect(applied.changed).toEqual([{ key: first!.key, fields: ['firesAt', 'tags'] }]);
    const turned = Object.fromEntries(Object.entries(first!.settings).reverse()) as typeof settings;
    expect(planOf(rules, [{ ...first!, settings: turned }], false).applied.changed).toEqual([]);
  });

  it('leads from any rules to those of any file, and then has nothing to do', () => {
    const some = fc.subarray(filed(rules)).map((list) => list.map((one, i) => (i % 3 ? one : louder(one))));
    fc.assert(
      fc.property(fc.subarray(rules), some, fc.boolean(), (before, wanted, prune) => {
        const after = carriedOut(before, wanted, prune);
        const again = planOf(after, wanted, prune);
        expect([again.create, again.replace, again.remove]).toEqual([[], [], []]);
        if (prune) expect(after).toHaveLength(wanted.length);
      }),
    );
  });
});

const louder = ({ key, settings }: WantedRule): WantedRule => ({
  key,
  settings: { ...settings, severity: 'critical', forSeconds: settings.forSeconds + 1 },
});
