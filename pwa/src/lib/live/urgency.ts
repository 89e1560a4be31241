import type { HostState, PresenceStatus, Severity } from '@tocsin/shared';

/** How much a host wants to be looked at; 0 is the most. */
export type Urgency = number;

const BY_SEVERITY: Record<Severity, Urgency> = { critical: 0, warning: 2, info: 4 };
const BY_STATUS: Record<PresenceStatus, Urgency> = { lost: 1, stale: 3, stopped: 5, online: 7, never: 8 };
const A_SERVICE_FAILED: Urgency = 6;

export function urgencyOf({ presence, incidents, summary }: HostState): Urgency {
  const failed = summary?.services.some(({ state }) => state === 'failed') ?? false;
  return Math.min(
    BY_STATUS[presence.status],
    incidents.open > 0 ? BY_SEVERITY[incidents.worst ?? 'info'] : Infinity,
    failed ? A_SERVICE_FAILED : Infinity,
  );
}
