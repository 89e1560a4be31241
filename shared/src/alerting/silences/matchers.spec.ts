import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFor } from '../../validation.js';
import {
  concerns,
  isAboutWholeHosts,
  matcherOf,
  Matchers,
  type Matchable,
  matchersFault,
} from './matchers.js';

const id = (digit: string) => digit.repeat(24);
const incident: Matchable = {
  hostId: id('a'),
  ruleId: id('1'),
  metric: 'disk.usage',
  instance: '/var',
  severity: 'critical',
};
const fits = (matchers: Matchers, tags: string[] = ['web', 'prod'], about = incident) =>
  matcherOf(matchers)(about, tags);

describe('matcherOf', () => {
  it.each<[string, Matchers, boolean]>([
    ['one of the hosts', { hostIds: [id('b'), id('a')] }, true],
    ['other hosts', { hostIds: [id('b')] }, false],
    ['any of the tags', { tags: { match: 'any', names: ['db', 'web'] } }, true],
    ['all of the tags', { tags: { match: 'all', names: ['db', 'web'] } }, false],
    ['the rule', { ruleIds: [id('1')] }, true],
    ['another rule', { ruleIds: [id('2')] }, false],
    ['the metric', { metrics: ['cpu.usage', 'disk.usage'] }, true],
    ['another metric', { metrics: ['cpu.usage'] }, false],
    ['the instance', { instance: '/var' }, true],
    ['a pattern', { instance: '/v*' }, true],
    ['another instance', { instance: '/' }, false],
    ['the severity', { severities: ['critical'] }, true],
    ['other severities', { severities: ['info', 'warning'] }, false],
  ])('looks at %s', (_, matchers, expected) => {
    expect(fits(matchers)).toBe(expected);
  });

  it('wants an instance when one is named', () => {
    expect(fits({ instance: '*' }, [], { ...incident, instance: undefined })).toBe(false);
  });

  const parts = fc.record(
    {
      hostIds: fc.subarray([id('a'), id('b')], { minLength: 1 }),
      tags: fc.record({
        match: fc.constantFrom('any', 'all' as const),
        names: fc.subarray(['web', 'db'], { minLength: 1 }),
      }),
      ruleIds: fc.subarray([id('1'), id('2')], { minLength: 1 }),
      metrics: fc.subarray(['disk.usage', 'cpu.usage'], { minLength: 1 }),
      instance: fc.constantFrom('/', '/var', '/v*', '?'),
      severities: fc.subarray(['info', 'warning', 'critical'] as const, { minLength: 1 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Matchers>;
  const incidents: fc.Arbitrary<Matchable> = fc.record({
    hostId: fc.constantFrom(id('a'), id('b')),
    ruleId: fc.constantFrom(id('1'), id('2')),
    metric: fc.constantFrom('disk.usage', 'cpu.usage'),
    instance: fc.constantFrom(undefined, '/', '/var'),
    severity: fc.constantFrom('info', 'warning', 'critical'),
  });
  const tags = fc.subarray(['web', 'db', 'prod']);

  it('fits just when each part would fit alone', () => {
    fc.assert(
      fc.property(parts, incidents, tags, (matchers, about, has) => {
        const alone = Object.entries(matchers).map(([name, part]) => fits({ [name]: part }, has, about));
        expect(fits(matchers, has, about)).toBe(alone.every(Boolean));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never fits an incident of a host that is not concerned, and all of those of whole hosts', () => {
    fc.assert(
      fc.property(parts, incidents, tags, (matchers, about, has) => {
        const concerned = concerns(matchers, { id: about.hostId, tags: has });
        if (!concerned) expect(fits(matchers, has, about)).toBe(false);
        else if (isAboutWholeHosts(matchers)) expect(fits(matchers, has, about)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('matchersFault', () => {
  it.each<[string, Matchers, string | undefined]>([
    ['nothing at all', {}, '/matchers'],
    ['an unknown metric', { metrics: ['cpu.usage', 'cpu.mood'] }, '/matchers/metrics/1'],
    ['more wildcards than anybody needs', { instance: '*?'.repeat(5) + '*' }, '/matchers/instance'],
    ['as many as anybody needs', { instance: '*?'.repeat(5) + '\\*' }, undefined],
    ['one thing', { severities: ['info'] }, undefined],
  ])('of %s', (_, matchers, field) => {
    expect(matchersFault(matchers)?.field).toBe(field);
  });

  it.each<[unknown, string]>([
    [{ hostIds: [] }, '/hostIds'],
    [{ hostIds: ['x'] }, '/hostIds/0'],
    [{ tags: { match: 'some', names: ['a'] } }, '/tags/match'],
    [{ severities: ['fatal'] }, '/severities/0'],
    [{ instance: '' }, '/instance'],
    [{ host: id('a') }, '/host'],
  ])('a schema finds what is wrong with %j', (matchers, field) => {
    const check = checkFor(Matchers);
    expect(check.accepts(matchers)).toBe(false);
    expect(check.fault(matchers).field).toBe(field);
  });
});
