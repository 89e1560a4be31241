import type { Incident, IncidentEvidence, IncidentPage, IncidentsQuery } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listIncidents = (query: IncidentsQuery) =>
  authorized<IncidentPage>('GET', '/incidents', { query });
export const acknowledge = (id: string) => authorized<Incident>('POST', `/incidents/${id}/acknowledge`);
export const readEvidence = (id: string) => authorized<IncidentEvidence>('GET', `/incidents/${id}/evidence`);
