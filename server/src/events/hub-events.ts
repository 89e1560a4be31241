import type { Incident, Presence } from '@tocsin/shared';

/**
 * What modules of the hub tell each other without knowing who listens. Emitted with Nest's event
 * emitter; a listener is `@OnEvent(HUB_EVENTS.incidentChanged)`. Ids are hex strings.
 */
export const HUB_EVENTS = {
  hostCreated: 'host.created',
  /** Name, tags or facts changed. */
  hostChanged: 'host.changed',
  hostRemoved: 'host.removed',
  keyRevoked: 'key.revoked',
  presenceChanged: 'presence.changed',
  rulesChanged: 'rules.changed',
  incidentChanged: 'incident.changed',
} as const;

export interface HostEvent {
  tenantId: string;
  hostId: string;
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
export interface IncidentChanged {
  tenantId: string;
  incident: Incident;
}
