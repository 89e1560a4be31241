import Type from 'typebox';
import type { Incident } from '../alerting/incident.js';
import { SEVERITIES } from '../alerting/rule.js';
import type { ProcessList } from '../protocol/processes.js';

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Moment = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** `GET /api/v1/incidents` */
export const IncidentsQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum(['open', 'resolved'])),
    host: Type.Optional(Id),
    rule: Type.Optional(Id),
    severity: Type.Optional(Type.Enum(SEVERITIES)),
    acknowledged: Type.Optional(Type.Boolean()),
    /** A member. */
    assignee: Type.Optional(Id),
    /** Part of a host's, rule's, metric's or instance's name, in either case. */
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    /** Opened at this time or later, and before; UTC ms. */
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    /** `worst` is for open ones: `status=open` goes with it. Without it newest first. */
    sort: Type.Optional(Type.Enum(['newest', 'worst'])),
    /** Id of the last incident of the page before. */
    after: Type.Optional(Id),
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
export type Evidence = {
  id: string;
  /** UTC ms, by the hub's clock. */
  at: number;
} & (
  | { kind: 'processes'; processes: ProcessList }
  /** The metric in the minutes before: its mean and its highest value in each stretch, in its unit. */
  | { kind: 'metric'; points: MetricPoint[] }
);

/** Start of the stretch (UTC ms), mean, highest. */
export type MetricPoint = [at: number, mean: number, max: number];

/** `GET /api/v1/incidents/:id/evidence`, oldest first. */
export interface IncidentEvidence {
  count: number;
  evidence: Evidence[];
}
