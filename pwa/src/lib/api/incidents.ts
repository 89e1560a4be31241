import type {
  BulkAction,
  BulkAnswer,
  Incident,
  IncidentAction,
  IncidentEvidence,
  IncidentPage,
  IncidentsQuery,
  IncidentTimeline,
} from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listIncidents = (query: IncidentsQuery) =>
  authorized<IncidentPage>('GET', '/incidents', { query });
export const readIncident = (id: string) => authorized<Incident>('GET', `/incidents/${id}`);
export const readEvidence = (id: string) => authorized<IncidentEvidence>('GET', `/incidents/${id}/evidence`);
export const readTimeline = (id: string) => authorized<IncidentTimeline>('GET', `/incidents/${id}/timeline`);
export const actOnMany = (body: BulkAction) => authorized<BulkAnswer>('POST', '/incidents/bulk', { body });

export function actOn(id: string, { kind, ...body }: IncidentAction): Promise<Incident> {
  const path = kind === 'comment' ? 'comments' : kind;
  return authorized<Incident>('POST', `/incidents/${id}/${path}`, { body });
}
