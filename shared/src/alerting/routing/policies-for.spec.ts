import { expect, it } from 'vitest';
import { policiesFor, type Routed } from './policies-for.js';
import { DEFAULT_POLICY, type Policy, policyFault, type PolicySettings } from './policy.js';

const policy = (id: string, over: Partial<PolicySettings> = {}): Policy => ({
  ...DEFAULT_POLICY,
  match: undefined,
  ...over,
  id,
});
const incident: Routed = {
  severity: 'warning',
  hostId: 'h',
  ruleId: 'r',
  metric: 'cpu.used',
  tags: ['prod', 'db'],
};
const chosen = (policies: Policy[], named?: string) =>
  policiesFor(policies, incident, named)
    .map(({ id }) => id)
    .join(' ');

it('the first that fits is the only one', () => {
  expect(chosen([policy('off', { enabled: false }), policy('a'), policy('b')])).toBe('a');
});

it('those after one that goes on are asked too', () => {
  const night = policy('night', { match: { severities: ['critical'] } });
  expect(chosen([policy('log', { goOn: true }), night, policy('all'), policy('never')])).toBe('log all');
});

it.each<[string, PolicySettings['match'], boolean]>([
  ['severity', { severities: ['warning', 'critical'] }, true],
  ['another severity', { severities: ['critical'] }, false],
  ['host', { hostIds: ['h'] }, true],
  ['another host', { hostIds: ['x'] }, false],
  ['rule', { ruleIds: ['r'] }, true],
  ['another rule', { ruleIds: ['x'] }, false],
  ['metric', { metrics: ['cpu.used'] }, true],
  ['another metric', { metrics: ['memory.used'] }, false],
  ['any of the tags', { tags: { match: 'any', names: ['web', 'db'] } }, true],
  ['all of the tags', { tags: { match: 'all', names: ['web', 'db'] } }, false],
  ['all that is given', { severities: ['warning'], hostIds: ['x'] }, false],
])('matches by %s', (_, match, fits) => {
  expect(chosen([policy('a', { match })])).toBe(fits ? 'a' : '');
});

it('the policy that the rule names is the only one, unless it is gone or off', () => {
  const policies = [
    policy('a'),
    policy('own', { match: { hostIds: ['x'] } }),
    policy('off', { enabled: false }),
  ];
  expect(chosen(policies, 'own')).toBe('own');
  expect(chosen(policies, 'off')).toBe('a');
  expect(chosen(policies, 'gone')).toBe('a');
});

const to = DEFAULT_POLICY.steps[0]!.to;
it.each<[Partial<PolicySettings>, string | undefined]>([
  [{}, undefined],
  [{ steps: [{ afterSeconds: 60, to }] }, '/steps/0/afterSeconds'],
  [{ steps: [0, 60, 60].map((afterSeconds) => ({ afterSeconds, to })) }, '/steps/2/afterSeconds'],
  [{ repeat: { everySeconds: 600, doublesUpToSeconds: 300 } }, '/repeat/doublesUpToSeconds'],
])('a policy with %o is at fault in %s', (over, field) => {
  expect(policyFault({ ...DEFAULT_POLICY, ...over })?.field).toBe(field);
});
