import { DEFAULT_POLICY, type PolicySettings } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { draftOf, settingsOf } from './policy-draft.js';
import { describePolicy } from './policy-text.js';

const id = (c: string) => c.repeat(24);
const names = {
  channel: () => undefined,
  host: (one: string) => (one === id('a') ? 'web-1' : undefined),
  member: (one: string) => (one === id('b') ? 'Grace' : undefined),
  rule: () => 'Disk full',
};
const full: PolicySettings = {
  name: 'Nights',
  enabled: true,
  match: {
    severities: ['critical'],
    hostIds: [id('a')],
    tags: { match: 'all', names: ['prod', 'db'] },
    ruleIds: [id('c')],
    metrics: ['disk.usage'],
  },
  goOn: true,
  steps: [
    { afterSeconds: 0, to: [{ kind: 'user', id: id('b') }] },
    {
      afterSeconds: 300,
      to: [
        { kind: 'role', role: 'admin' },
        { kind: 'user', id: id('d') },
      ],
    },
  ],
  repeat: { everySeconds: 600 },
  groupBy: 'host',
  fallback: { kind: 'role', role: 'owner' },
};

it.each([DEFAULT_POLICY, full, { ...full, match: undefined, repeat: undefined }])(
  'what was read and is saved untouched is the same',
  (settings) => {
    expect(settingsOf(draftOf(settings))).toEqual(JSON.parse(JSON.stringify(settings)));
  },
);

describe('in words', () => {
  it('says whom it tells, when, and how often', () => {
    expect(describePolicy(DEFAULT_POLICY, names)).toBe(
      'Tells of critical or warning incidents: at once every owner, every admin, every operator. ' +
        'Tells them again after 1 h, then each time after twice as long, up to 8 h. ' +
        'What shares a host or a rule is one message.',
    );
  });

  it('says all that can be said', () => {
    expect(describePolicy(full, names)).toBe(
      'Tells of critical incidents of “Disk full” about disk.usage on web-1 tagged prod and db: at once Grace; ' +
        'after 5 min without acknowledgement every admin, somebody who left. ' +
        'Tells the last of them again every 10 min. What happens on one host is one message. ' +
        'When nobody can be reached: every owner. Policies after it are asked too.',
    );
  });

  it('says so when it is about everything', () => {
    expect(describePolicy({ ...full, match: {} }, names)).toMatch(/^Tells of every incident: /);
  });
});
