import type { PolicySettings, Recipient } from '@tocsin/shared';
import { formatSpan } from '../../lib/format/time.js';
import { describeScope } from '../../lib/format/host-scope.js';

/** Names of what a policy refers to; undefined when it is gone. */
export interface PolicyNames {
  host: (id: string) => string | undefined;
  channel: (id: string) => string | undefined;
  member: (id: string) => string | undefined;
  rule: (id: string) => string | undefined;
}

const GROUPS: Record<NonNullable<PolicySettings['groupBy']>, string> = {
  related: 'What shares a host or a rule is one message.',
  host: 'What happens on one host is one message.',
  rule: 'What one rule finds is one message.',
  all: 'All that happens at once is one message.',
  none: 'Each incident is a message of its own.',
};

/** What a policy does, in sentences that people can check against what they want. */
export function describePolicy(policy: PolicySettings, names: PolicyNames): string {
  const { steps, groupBy = 'related', fallback, goOn } = policy;
  return [
    `Tells of ${describeMatch(policy, names)}: ${steps.map((step) => describeStep(step, names)).join('; ')}.`,
    describeRepeat(policy),
    GROUPS[groupBy],
    fallback && `When nobody can be reached: ${describeRecipient(fallback, names)}.`,
    goOn && 'Policies after it are asked too.',
  ]
    .filter(Boolean)
    .join(' ');
}

function describeMatch({ match }: PolicySettings, names: PolicyNames): string {
  if (match === undefined || Object.keys(match).length === 0) return 'every incident';
  const { severities, metrics, ruleIds, hostIds, tags } = match;
  const what = `${severities ? `${either(severities)} ` : ''}incidents`;
  const rules = ruleIds && ` of ${either(ruleIds.map((id) => `“${names.rule(id) ?? 'a removed rule'}”`))}`;
  const about = metrics && ` about ${either(metrics)}`;
  const where = (hostIds || tags) && ` on ${describeScope({ hostIds, tags }, names.host)}`;
  return [what, rules, about, where].filter(Boolean).join('');
}

const describeStep = ({ afterSeconds, to }: PolicySettings['steps'][number], names: PolicyNames): string => {
  const people = to.map((who) => describeRecipient(who, names)).join(', ');
  return afterSeconds === 0
    ? `at once ${people}`
    : `after ${formatSpan(afterSeconds * 1000)} without acknowledgement ${people}`;
};

export function describeRecipient(who: Recipient, names: PolicyNames): string {
  switch (who.kind) {
    case 'user':
      return names.member(who.id) ?? 'somebody who left';
    case 'role':
      return `every ${who.role}`;
    case 'channel':
      return names.channel(who.id) ?? 'a channel that was deleted';
  }
}

function describeRepeat({ repeat, steps }: PolicySettings): string | undefined {
  if (repeat === undefined) return undefined;
  const { everySeconds, doublesUpToSeconds = everySeconds } = repeat;
  const whom = steps.length > 1 ? 'Tells the last of them again' : 'Tells them again';
  const every = formatSpan(everySeconds * 1000);
  return doublesUpToSeconds > everySeconds
    ? `${whom} after ${every}, then each time after twice as long, up to ${formatSpan(doublesUpToSeconds * 1000)}.`
    : `${whom} every ${every}.`;
}

const either = (all: readonly string[]): string =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
