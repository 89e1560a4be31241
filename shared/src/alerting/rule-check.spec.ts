import { describe, expect, it } from 'vitest';
import { checkFor } from '../validation.js';
import { DEFAULT_RULES } from './default-rules.js';
import { covers, ruleFault } from './rule-check.js';
import { RULE_TEMPLATES } from './rule-templates.js';
import { RuleSettings } from './rule.js';

const rule = (over: Partial<RuleSettings> = {}): RuleSettings => ({
  name: 'CPU',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  forSeconds: 0,
  keepFiringSeconds: 0,
  severity: 'warning',
  ...over,
});

describe('ruleFault', () => {
  it.each([
    ['a metric that does not exist', { metric: 'cpu.heat' }, '/metric'],
    ['an instance of something that has none', { instance: '/' }, '/instance'],
    ['a percentage that cannot be', { firesAt: 101 }, '/firesAt'],
    ['a clear level on the wrong side of >', { clearsAt: 91 }, '/clearsAt'],
    ['a clear level on the wrong side of <', { comparison: '<', firesAt: 10, clearsAt: 9 }, '/clearsAt'],
    ['a condition of a lost host', { metric: 'host.lost', condition: { kind: 'absent' } }, '/condition'],
    ['a window that is missing', { condition: { kind: 'rate', per: 'hour' } }, '/condition/windowSeconds'],
    [
      'a field of another condition',
      { condition: { kind: 'aggregate', aggregate: 'avg', windowSeconds: 60, per: 'hour' } },
      '/condition/per',
    ],
    ['a level beside absent', { condition: { kind: 'absent' }, comparison: '>=' }, '/firesAt'],
    [
      'an exact value of a trend',
      { condition: { kind: 'forecast', withinHours: 4, windowSeconds: 3_600 }, comparison: '==' },
      '/comparison',
    ],
    ['a clear level beside ==', { comparison: '==', clearsAt: 90 }, '/clearsAt'],
  ] as const)('finds %s', (_what, over, field) => {
    expect(ruleFault(rule(over))).toMatchObject({ field, message: expect.stringMatching(/\w/) });
  });

  it.each([
    ['one level for both', {}],
    ['equal levels', { clearsAt: 90 }],
    ['a clear level below >', { clearsAt: 80 }],
    ['a clear level above <', { comparison: '<', firesAt: 10, clearsAt: 20 }],
    ['one mount', { metric: 'disk.usage', instance: '/var' }],
    ['absent', { condition: { kind: 'absent' }, comparison: '>=', firesAt: 1 }],
    [
      'any change of a percentage',
      { condition: { kind: 'rate', per: 'minute', windowSeconds: 60 }, firesAt: 250 },
    ],
    ['bytes of any size', { metric: 'net.in', firesAt: 1e9 }],
  ] as const)('accepts %s', (_what, over) => {
    expect(ruleFault(rule(over))).toBeUndefined();
  });
});

describe('covers', () => {
  const host = { id: 'a', tags: ['web', 'prod'] };
  const series = { metric: 'disk.usage', instance: '/' };
  it.each([
    [{ metric: 'disk.usage' }, true],
    [{ metric: 'disk.used' }, false],
    [{ metric: 'disk.usage', instance: '/' }, true],
    [{ metric: 'disk.usage', instance: '/var' }, false],
    [{ metric: 'disk.usage', hostIds: ['a', 'b'] }, true],
    [{ metric: 'disk.usage', hostIds: ['b'] }, false],
    [{ metric: 'disk.usage', tags: { match: 'any', names: ['db', 'web'] } }, true],
    [{ metric: 'disk.usage', tags: { match: 'any', names: ['db'] } }, false],
    [{ metric: 'disk.usage', tags: { match: 'all', names: ['prod', 'web'] } }, true],
    [{ metric: 'disk.usage', tags: { match: 'all', names: ['db', 'web'] } }, false],
    [{ metric: 'disk.usage', tags: { match: 'any', names: ['web'] }, hostIds: ['b'] }, false],
  ] as const)('%j: %s', (about, expected) => {
    expect(covers(about as Parameters<typeof covers>[0], host, series)).toBe(expected);
  });
});

describe('the templates', () => {
  const check = checkFor(RuleSettings);
  it.each(RULE_TEMPLATES.map((t) => [t.key, t.settings] as const))(
    '%s is a rule that works',
    (_key, settings) => {
      expect(check.accepts(settings)).toBe(true);
      expect(ruleFault(settings)).toBeUndefined();
    },
  );

  it('have keys of their own', () => {
    expect(new Set(RULE_TEMPLATES.map(({ key }) => key)).size).toBe(RULE_TEMPLATES.length);
  });
});

describe('the default rules', () => {
  const check = checkFor(RuleSettings);
  it.each(DEFAULT_RULES.map((d) => [d.key, d.settings] as const))(
    '%s is a rule that works',
    (_key, settings) => {
      expect(check.accepts(settings)).toBe(true);
      expect(ruleFault(settings)).toBeUndefined();
    },
  );

  it('have keys of their own', () => {
    expect(new Set(DEFAULT_RULES.map((d) => d.key)).size).toBe(DEFAULT_RULES.length);
  });
});
