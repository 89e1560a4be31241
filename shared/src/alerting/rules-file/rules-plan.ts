import { type Rule, ruleSettings, type RuleSettings } from '../rule.js';
import { keysOf } from './rule-keys.js';
import type { AppliedRules } from './rules-file.js';

/** A rule as it is to be. */
export interface WantedRule {
  key: string;
  settings: RuleSettings;
}

/** What has to be written so that the rules are as a file says, and how that is told. */
export interface RulesPlan {
  create: WantedRule[];
  replace: (WantedRule & { id: string })[];
  remove: string[];
  applied: AppliedRules;
}

/** Compares rules with those of a file, by key. */
export function planOf(rules: readonly Rule[], wanted: readonly WantedRule[], prune: boolean): RulesPlan {
  const keys = keysOf(rules);
  const byKey = new Map(rules.map((rule) => [keys.get(rule.id)!, rule]));
  const applied: AppliedRules = { created: [], changed: [], unchanged: [], removed: [] };
  const plan: RulesPlan = { create: [], replace: [], remove: [], applied };
  for (const { key, settings } of wanted) {
    const before = byKey.get(key);
    byKey.delete(key);
    if (before === undefined) {
      plan.create.push({ key, settings });
      applied.created.push(key);
      continue;
    }
    const { id, key: own } = before;
    const fields = changedFields(ruleSettings(before), settings);
    if (fields.length > 0) applied.changed.push({ key, fields });
    else applied.unchanged.push(key);
    if (fields.length > 0 || own !== key) plan.replace.push({ id, key, settings });
  }
  if (prune) {
    for (const [key, { id }] of byKey) {
      plan.remove.push(id);
      applied.removed.push(key);
    }
  }
  return plan;
}

function changedFields(before: RuleSettings, after: RuleSettings): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof RuleSettings>;
  return [...names].filter((name) => ordered(before[name]) !== ordered(after[name])).sort();
}

/** The same text for what is the same, in whatever order its fields were written. */
const ordered = (value: unknown): string | undefined =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
