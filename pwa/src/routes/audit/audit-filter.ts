import type { AuditQuery } from '@tocsin/shared';

/** What can be asked for, by the beginning of an action. */
export const KINDS = {
  '': 'Everything',
  auth: 'Signing in',
  'hosts.': 'Hosts',
  'host-keys': 'Keys of hosts',
  enrolment: 'Enrolment',
  rules: 'Rules',
  policies: 'Who is told',
  incidents: 'Incidents',
  silences: 'Silences',
  maintenance: 'Maintenance',
  'quiet-hours': 'Quiet hours',
  retention: 'Retention',
} as const;

/** As the form has it: days as a date field gives them, whole and of the reader's own time. */
export interface AuditFilter {
  kind: keyof typeof KINDS;
  actor: string;
  from: string;
  to: string;
}

export const NO_FILTER: AuditFilter = { kind: '', actor: '', from: '', to: '' };

export const isFiltered = (filter: AuditFilter): boolean =>
  Object.values(filter).some((value) => value !== '');

export function queryOf({ kind, actor, from, to }: AuditFilter): AuditQuery {
  return {
    ...(kind !== '' && { action: kind }),
    ...(actor !== '' && { actor }),
    ...(from !== '' && { from: startOf(from) }),
    // The last day is meant with all its hours; some days have more of them than others.
    ...(to !== '' && { to: startOf(to, 1) }),
  };
}

function startOf(day: string, later = 0): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + later).getTime();
}
