import type { NotificationItem, Policy } from '@tocsin/shared';
import type { UserRecord } from '../../users/users.service.js';
import type { NewNotification } from '../outbox/outbox.js';
import { recipientsOf, unique } from './recipients.js';
import type { Telling } from './tenant-routes.js';

/**
 * One message to each recipient with all that it has to be told, and by incident everybody who was told of
 * it then.
 */
export function messagesOf(
  tellings: readonly Telling[],
  policies: readonly Policy[],
  toldTo: (incidentId: string) => readonly string[],
  members: readonly Pick<UserRecord, 'id' | 'role'>[],
): { messages: NewNotification[]; told: Map<string, string[]> } {
  const messages = new Map<string, NewNotification & { items: NotificationItem[] }>();
  const told = new Map<string, string[]>();
  for (const { incident, notices } of tellings) {
    const before = toldTo(incident.id);
    const heard = new Set<string>();
    for (const { policyId, notice } of notices) {
      const policy = policies.find(({ id }) => id === policyId);
      for (const recipient of recipientsOf(policy, notice, before, members)) {
        // Two policies may name the same person.
        if (heard.has(recipient)) continue;
        heard.add(recipient);
        const fallback = fallbackOf(policy);
        // What has another fallback is another message: neither's fallback is told of the other's.
        const key = `${recipient} ${fallback.fallback}`;
        const message = messages.get(key) ?? { recipient, items: [], ...fallback };
        message.items.push(itemOf(incident, notice.kind));
        messages.set(key, message);
      }
    }
    told.set(incident.id, unique([...before, ...heard]));
  }
  return { messages: [...messages.values()], told };
}

function fallbackOf(policy: Policy | undefined): { fallback?: string } {
  const to = policy?.fallback;
  if (to === undefined) return {};
  return { fallback: to.kind === 'role' ? `role:${to.role}` : `${to.kind}:${to.id}` };
}

const itemOf = (
  { id, severity, ruleName, hostName, instance }: Telling['incident'],
  kind: NotificationItem['kind'],
): NotificationItem => ({
  incidentId: id,
  kind,
  severity,
  ruleName,
  hostName,
  ...(instance !== undefined && { instance }),
});
