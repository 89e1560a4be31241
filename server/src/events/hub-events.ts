import type { Incident, Presence } from '@tocsin/shared';

/**
 * What modules of the hub tell each other without knowing who listens. Emitted with Nest's event
 * emitter; a listener is `@OnEvent(HUB_EVENTS.incidentChanged)`. Ids are hex strings.
 */
export const HUB_EVENTS = {
  hostCreated: 'host.created',
  /** Name, tags, settings or facts changed. */
  hostChanged: 'host.changed',
  hostRemoved: 'host.removed',
  /** The first person began to look at a host, or the last one stopped some seconds ago. */
  hostWatched: 'host.watched',
  keyRevoked: 'key.revoked',
  presenceChanged: 'presence.changed',
  rulesChanged: 'rules.changed',
  policiesChanged: 'policies.changed',
  incidentChanged: 'incident.changed',
  /** Somebody wrote about an incident that is resolved: nothing else about it is new. */
  incidentCommented: 'incident.commented',
  /** They were older than they are kept. */
  incidentsRemoved: 'incidents.removed',
  /** There are notifications to be delivered. */
  outboxFilled: 'outbox.filled',
  /** Somebody was told in place of others. */
  fallbackTold: 'fallback.told',
  /** Silences or maintenance windows were made, changed or ended. */
  quietChanged: 'quiet.changed',
} as const;

export interface HostEvent {
  tenantId: string;
  hostId: string;
}
export interface HostWatched extends HostEvent {
  watched: boolean;
}
export interface KeyRevoked extends HostEvent {
  keyId: string;
}
export interface PresenceChanged extends HostEvent {
  presence: Presence;
}
export interface RulesChanged {
  tenantId: string;
}
export interface PoliciesChanged {
  tenantId: string;
}
export interface QuietChanged {
  tenantId: string;
}
export interface FallbackTold {
  tenantId: string;
  incidentIds: string[];
  /** `user:…` or `channel:…`. */
  recipient: string;
}
export interface IncidentChanged {
  tenantId: string;
  incident: Incident;
  /** It is new; else something about it changed, or it was resolved. */
  opened: boolean;
}
export interface IncidentCommented {
  tenantId: string;
  incident: Incident;
}
export interface IncidentsRemoved {
  tenantId: string;
  ids: string[];
}
