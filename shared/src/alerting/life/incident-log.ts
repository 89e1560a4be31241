import type { Hold } from '../hold.js';
import type { Incident } from '../incident.js';
import type { Delivery, NotificationItem, NotificationState } from '../../notifications/notification.js';

/** A member, by the name that it had then. */
export interface Person {
  id: string;
  name: string;
}

/** Who did something, and from where: `web`, or the device or channel that it came by. */
export interface Actor extends Person {
  via: string;
}

/** Something that happened to an incident beside its values. `at` is UTC ms. Without `by` time itself did it. */
export type LogEntry = { at: number; by?: Actor } & (
  | { kind: 'acknowledged'; note?: string; until?: number }
  | { kind: 'unacknowledged' }
  | { kind: 'snoozed'; until: number }
  | { kind: 'unsnoozed' }
  | { kind: 'assigned'; to?: Person }
  | { kind: 'commented'; text: string }
  | { kind: 'held'; holds: readonly Hold[] }
  | { kind: 'released' }
);

/** All that happened to an incident, as people read it, oldest first. */
export type TimelineEntry =
  | LogEntry
  | { at: number; kind: 'opened'; value: number; since: number; reopens?: string }
  | {
      at: number;
      kind: 'notified';
      /** Of the notification. */
      id: string;
      notice: NotificationItem['kind'];
      to: string;
      state: NotificationState;
      /** Why there was no way. */
      error?: string;
      deliveries: readonly Delivery[];
    }
  | {
      at: number;
      kind: 'resolved';
      resolution: NonNullable<Incident['resolution']>;
      by?: Actor;
      note?: string;
      worst: number;
    };

/** `GET /api/v1/incidents/:id/timeline` */
export interface IncidentTimeline {
  count: number;
  timeline: TimelineEntry[];
}

/** How much of an incident's log is kept. A flapping reason must not make its document grow without end. */
export const LOG_AT_MOST = 200;
/** Comments and the like are refused beyond this many, so that the newest of them are never pushed out. */
export const SAID_AT_MOST = 150;

const isByPeople = ({ by }: LogEntry): boolean => by !== undefined;

/** Is there room for one more thing that people say? */
export const hasRoom = (log: readonly LogEntry[]): boolean => log.filter(isByPeople).length < SAID_AT_MOST;

/** The log with one more entry; the oldest that nobody said makes room for it. */
export function logged(log: readonly LogEntry[], entry: LogEntry): LogEntry[] {
  if (log.length < LOG_AT_MOST) return [...log, entry];
  const oldest = log.findIndex((one) => !isByPeople(one));
  return [...log.filter((_, i) => i !== Math.max(0, oldest)), entry];
}

/** The log together with the incident's beginning and end. */
export function timelineOf(incident: Incident, log: readonly LogEntry[]): TimelineEntry[] {
  const { openedAt, openedValue, since, reopens, resolvedAt, resolution, worstValue } = incident;
  const { resolvedBy, resolvedNote } = incident;
  return [
    {
      at: openedAt,
      kind: 'opened',
      value: openedValue,
      since,
      ...(reopens !== undefined && { reopens }),
    },
    ...log,
    ...(resolvedAt === undefined || resolution === undefined
      ? []
      : [
          {
            at: resolvedAt,
            kind: 'resolved' as const,
            resolution,
            worst: worstValue,
            ...(resolvedBy && { by: resolvedBy }),
            ...(resolvedNote !== undefined && { note: resolvedNote }),
          },
        ]),
  ];
}
