import Type from 'typebox';
import type { Incident } from '../alerting/incident.js';
import type { ProcessList } from '../protocol/processes.js';

/** `GET /api/v1/incidents`, newest first. */
export const IncidentsQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum(['open', 'resolved'])),
    host: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    /** Id of the last incident of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type IncidentsQuery = Type.Static<typeof IncidentsQuery>;

export interface IncidentPage {
  incidents: Incident[];
  /** Hand this in as `after` for the next page; absent on the last one. */
  next?: string;
}

/** What the hub found out about the host when an incident opened. */
export interface Evidence {
  id: string;
  kind: 'processes';
  /** UTC ms, by the hub's clock. */
  at: number;
  processes: ProcessList;
}

/** `GET /api/v1/incidents/:id/evidence`, oldest first. */
export interface IncidentEvidence {
  count: number;
  evidence: Evidence[];
}
