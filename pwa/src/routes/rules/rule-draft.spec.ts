import { checkFor, METRICS, ruleFault, RuleSettings, type Rule, type RuleCondition } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { draftOf, metricGroups, newDraft, settingsOf } from './rule-draft.js';

const settings = checkFor(RuleSettings);
const rule: Rule = {
  id: '65f000000000000000000001',
  name: 'Disk full',
  enabled: true,
  metric: 'disk.usage',
  instance: '/',
  hostIds: ['65f000000000000000000002'],
  tags: { match: 'all', names: ['prod', 'web'] },
  comparison: '>=',
  firesAt: 90,
  clearsAt: 85,
  forSeconds: 30,
  keepFiringSeconds: 0,
  severity: 'critical',
};

describe('a draft of a rule', () => {
  it('gives back the rule that it was made of, without its id', () => {
    const { id: _, ...expected } = rule;
    expect(settingsOf(draftOf(expected))).toEqual(expected);
  });

  it('is what the hub accepts as soon as it has a name', () => {
    expect(settings.accepts(settingsOf({ ...newDraft(), name: 'CPU busy' }))).toBe(true);
  });

  it('leaves out what was left empty', () => {
    const sent = settingsOf({ ...draftOf(rule), instance: ' ', hostIds: [], tags: ' , ', clearsAt: null });
    expect(sent).not.toHaveProperty('instance');
    expect(sent).not.toHaveProperty('hostIds');
    expect(sent).not.toHaveProperty('tags');
    expect(sent).not.toHaveProperty('clearsAt');
  });

  it('takes tags however they are parted', () => {
    expect(settingsOf({ ...draftOf(rule), tags: 'Web, db  web' }).tags?.names).toEqual(['web', 'db']);
  });

  it.each<RuleCondition>([
    { kind: 'absent' },
    { kind: 'aggregate', aggregate: 'p95', windowSeconds: 90 },
    { kind: 'rate', per: 'day', windowSeconds: 3_600 },
    { kind: 'forecast', withinHours: 4, windowSeconds: 3_600 },
    { kind: 'forecast', withinHours: 4, windowSeconds: 3_600, onlyFrom: 60 },
  ])('gives back the condition %j as a rule that works', (condition) => {
    const sent = settingsOf(draftOf({ ...rule, condition }));
    expect(sent.condition).toEqual(condition);
    expect(ruleFault(sent)).toBeUndefined();
  });

  it('keeps what is different on single hosts', () => {
    const hostId = rule.hostIds![0]!;
    const overrides = [{ hostId, firesAt: 95, clearsAt: 90, forSeconds: 5 }];
    expect(settingsOf(draftOf({ ...rule, overrides })).overrides).toEqual(overrides);
    expect(settingsOf(draftOf({ ...rule, overrides: [{ hostId, enabled: false }] })).overrides).toEqual([
      { hostId, enabled: false },
    ]);
    const empty = { hostId, enabled: true, firesAt: null, clearsAt: null, forSeconds: null };
    expect(settingsOf({ ...draftOf(rule), overrides: [empty] }).overrides).toEqual([{ hostId }]);
    expect(settingsOf({ ...draftOf(rule), overrides: [] })).not.toHaveProperty('overrides');
  });

  it('forgets the mount when the metric has none', () => {
    expect(settingsOf({ ...draftOf(rule), metric: 'cpu.usage' })).not.toHaveProperty('instance');
  });
});

describe('metricGroups', () => {
  it('holds every metric of the catalogue once', () => {
    const ids = metricGroups().flatMap(({ metrics }) => metrics.map(({ id }) => id));
    expect(ids.sort()).toEqual([...METRICS.keys()].sort());
  });
});
