import type { Incident } from '../incident.js';
import { hasTags } from '../rule-check.js';
import type { Policy, PolicyMatch } from './policy.js';

/** What decides about who is told. `tags` are those of the host as they are now. */
export type Routed = Pick<Incident, 'severity' | 'hostId' | 'ruleId' | 'metric'> & {
  tags: readonly string[];
};

/**
 * The policies that an incident goes to, in their order: the first that fits, and those that fit after it as
 * long as each says that it goes on.
 *
 * @param named the policy that its rule names; it is then the only one
 */
export function policiesFor(policies: readonly Policy[], incident: Routed, named?: string): Policy[] {
  const active = policies.filter(({ enabled }) => enabled);
  if (named !== undefined) {
    const own = active.find(({ id }) => id === named);
    // A rule whose policy is gone or off must not fall silent.
    if (own !== undefined) return [own];
  }
  const chosen: Policy[] = [];
  for (const policy of active) {
    if (!fits(policy.match ?? {}, incident)) continue;
    chosen.push(policy);
    if (policy.goOn !== true) break;
  }
  return chosen;
}

const among = <T>(list: readonly T[] | undefined, one: T): boolean =>
  list === undefined || list.includes(one);

const fits = ({ severities, tags, hostIds, ruleIds, metrics }: PolicyMatch, incident: Routed): boolean =>
  among(severities, incident.severity) &&
  among(hostIds, incident.hostId) &&
  among(ruleIds, incident.ruleId) &&
  among(metrics, incident.metric) &&
  (tags === undefined || hasTags(tags, incident.tags));
