import type { Incident } from '../incident.js';
import type { IncidentAction } from './incident-action.js';
import type { Actor, LogEntry, Person } from './incident-log.js';

const MINUTE_MS = 60_000;

/** What an action makes of an incident; the same object and no entry when there is nothing to do. */
export interface Acted {
  incident: Incident;
  entry?: LogEntry;
}

/** Actions on an open incident but its end, which the alert engine has to hear of too. */
export type OpenAction = Exclude<IncidentAction, { kind: 'resolve' }>;

/**
 * What people's actions make of an open incident. An action that was done already changes nothing, so it may
 * come twice: from two phones, or from one that did not hear the answer.
 * @param to the member that `assign` names
 */
export function act(incident: Incident, action: OpenAction, by: Actor, now: number, to?: Person): Acted {
  const nothing: Acted = { incident };
  switch (action.kind) {
    case 'acknowledge':
      return acknowledge(incident, action, by, now);
    case 'unacknowledge':
      return incident.acknowledgedAt === undefined
        ? nothing
        : { incident: unacknowledged(incident), entry: { at: now, by, kind: 'unacknowledged' } };
    case 'snooze': {
      const until = now + action.forMinutes * MINUTE_MS;
      return {
        incident: { ...incident, snoozedUntil: until, snoozedBy: by.name },
        entry: { at: now, by, kind: 'snoozed', until },
      };
    }
    case 'unsnooze':
      return incident.snoozedUntil === undefined
        ? nothing
        : { incident: unsnoozed(incident), entry: { at: now, by, kind: 'unsnoozed' } };
    case 'comment':
      return {
        incident: { ...incident, comments: (incident.comments ?? 0) + 1 },
        entry: { at: now, by, kind: 'commented', text: action.text },
      };
    case 'assign': {
      if (incident.assignee?.id === to?.id) return nothing;
      const { assignee: _before, ...rest } = incident;
      const assigned = to === undefined ? rest : { ...rest, assignee: to };
      return { incident: assigned, entry: { at: now, by, kind: 'assigned', ...(to && { to }) } };
    }
  }
}

/** The first one stays who did, unless a later one says more: a note, or for how long. */
function acknowledge(
  incident: Incident,
  { note, forMinutes }: Extract<IncidentAction, { kind: 'acknowledge' }>,
  by: Actor,
  now: number,
): Acted {
  const saysMore = note !== undefined || forMinutes !== undefined;
  if (incident.acknowledgedAt !== undefined && !saysMore) return { incident };
  const until = forMinutes === undefined ? undefined : now + forMinutes * MINUTE_MS;
  return {
    incident: {
      ...unacknowledged(incident),
      acknowledgedAt: now,
      acknowledgedBy: by.name,
      ...(note !== undefined && { acknowledgedNote: note }),
      ...(until !== undefined && { acknowledgedUntil: until }),
    },
    entry: {
      at: now,
      by,
      kind: 'acknowledged',
      ...(note !== undefined && { note }),
      ...(until !== undefined && { until }),
    },
  };
}

/** What time makes of an open incident: an acknowledgement and a snooze that are over end. */
export function expire(incident: Incident, now: number): { incident: Incident; entries: LogEntry[] } {
  const { acknowledgedUntil = Infinity, snoozedUntil = Infinity } = incident;
  if (now < acknowledgedUntil && now < snoozedUntil) return { incident, entries: [] };
  const entries: LogEntry[] = [];
  if (now >= acknowledgedUntil) entries.push({ at: now, kind: 'unacknowledged' });
  if (now >= snoozedUntil) entries.push({ at: now, kind: 'unsnoozed' });
  let after = incident;
  if (now >= acknowledgedUntil) after = unacknowledged(after);
  if (now >= snoozedUntil) after = unsnoozed(after);
  return { incident: after, entries };
}

function unacknowledged(incident: Incident): Incident {
  const { acknowledgedAt: _at, acknowledgedBy: _by, ...rest } = incident;
  const { acknowledgedNote: _note, acknowledgedUntil: _until, ...free } = rest;
  return free;
}

function unsnoozed(incident: Incident): Incident {
  const { snoozedUntil: _until, snoozedBy: _by, ...rest } = incident;
  return rest;
}
