import {
  type Incident,
  type MessageItem,
  messageText,
  type NotificationItem,
  plainText,
} from '@tocsin/shared';
import type { Message } from '../channels/channel-sender.js';

/** Longest text of a host that programs get, in characters. */
const LONGEST = 200;

/** An incident as it may leave the hub: what came from the host or was typed is one plain line. */
function plainIncident(incident: Incident): Incident {
  const { hostName, ruleName, instance, acknowledgedNote } = incident;
  return {
    ...incident,
    hostName: plainText(hostName, LONGEST),
    ruleName: plainText(ruleName, LONGEST),
    ...(instance !== undefined && { instance: plainText(instance, LONGEST) }),
    ...(acknowledgedNote !== undefined && { acknowledgedNote: plainText(acknowledgedNote, LONGEST) }),
  };
}

/** @param incidents as they are now @returns nothing when none of the incidents is there any more */
export function messageOf(
  id: string,
  items: readonly NotificationItem[],
  incidents: ReadonlyMap<string, Incident>,
  publicUrl: string,
  now: number,
): Message | undefined {
  const about: MessageItem[] = [];
  for (const { incidentId, kind } of items) {
    const incident = incidents.get(incidentId);
    if (incident !== undefined) about.push({ kind, incident: plainIncident(incident) });
  }
  if (about.length === 0) return undefined;
  const path = about.length === 1 ? `/incidents/${about[0]!.incident.id}` : '/incidents';
  return { id, ...messageText(about, now), items: about, url: `${publicUrl}${path}`, now };
}
