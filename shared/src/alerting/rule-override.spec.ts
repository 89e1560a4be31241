import { describe, expect, it } from 'vitest';
import { ruleFault } from './rule-check.js';
import { ruleFor } from './rule-override.js';
import type { RuleOverride, RuleSettings } from './rule.js';

const [web, db] = ['a'.repeat(24), 'b'.repeat(24)] as const;
const rule = (...overrides: RuleOverride[]): RuleSettings => ({
  name: 'CPU',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 60,
  keepFiringSeconds: 0,
  severity: 'warning',
  ...(overrides.length > 0 && { overrides }),
});

describe('ruleFor', () => {
  it('is the rule itself where nothing is different', () => {
    const both = rule({ hostId: db, firesAt: 95 });
    expect(ruleFor(both, web)).toBe(both);
  });

  it('is different in what was said, and in nothing else', () => {
    const own = ruleFor(rule({ hostId: db, firesAt: 95, forSeconds: 5 }), db);
    expect(own).toMatchObject({ firesAt: 95, clearsAt: 80, forSeconds: 5, enabled: true });
  });

  it('is off where either says so', () => {
    expect(ruleFor(rule({ hostId: db, enabled: false }), db).enabled).toBe(false);
    expect(ruleFor({ ...rule({ hostId: db, enabled: true }), enabled: false }, db).enabled).toBe(false);
  });
});

describe('the fault of a rule', () => {
  it.each([
    ['a level that cannot be', [{ hostId: db, firesAt: 101 }], '/overrides/0/firesAt'],
    ['a level beyond the clear level', [{ hostId: db, firesAt: 70 }], '/overrides/0/clearsAt'],
    ['a host that is there twice', [{ hostId: db }, { hostId: db }], '/overrides/1/hostId'],
  ])('names %s of one host', (_what, overrides, field) => {
    expect(ruleFault(rule(...overrides))).toMatchObject({ field });
  });

  it('is none when the levels of the host go together', () => {
    expect(ruleFault(rule({ hostId: db, firesAt: 70, clearsAt: 60 }))).toBeUndefined();
  });
});
