import type { Incident } from '../incident.js';
import type { Severity } from '../rule.js';

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** Order of a list in which what needs somebody most comes first; of what is alike the newest. */
export function worstFirst(
  a: Pick<Incident, 'severity' | 'id'>,
  b: Pick<Incident, 'severity' | 'id'>,
): number {
  return RANK[a.severity] - RANK[b.severity] || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** `GET /api/v1/incidents/counts`: what is open now. */
export interface IncidentCounts {
  open: number;
  critical: number;
  warning: number;
  info: number;
  /** Open, and nobody said that they take care. */
  unacknowledged: number;
}

export function countsOf(open: readonly Incident[]): IncidentCounts {
  const counts = { open: open.length, critical: 0, warning: 0, info: 0, unacknowledged: 0 };
  for (const { severity, acknowledgedAt } of open) {
    counts[severity] += 1;
    if (acknowledgedAt === undefined) counts.unacknowledged += 1;
  }
  return counts;
}
