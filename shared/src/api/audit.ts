import Type from 'typebox';
import { HISTORY_EXPORT_FORMATS } from './history.js';

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Moment = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** Something that somebody changed. Entries are never changed themselves. */
export interface AuditEntry {
  id: string;
  /** UTC ms. */
  at: number;
  /** The member, by the name that they had then; without an id the hub itself, or an enrolment token. */
  actor: { id?: string; name: string };
  /** What was done to what kind of thing, for instance `rules.update`. */
  action: string;
  /** `part`: which of a host's keys. */
  target: { id?: string; name?: string; part?: string };
  /** What was sent, without secrets and what is too long. */
  sent?: Record<string, unknown>;
  /** Fields that are different since, where it is known how they were. */
  changes?: Record<string, { from?: unknown; to?: unknown }>;
  /** From which address, and by which program. */
  address: string;
  program: string;
}

const filters = {
  /** The beginning of an action: `rules` or `rules.update`. */
  action: Type.Optional(Type.String({ pattern: '^[a-zA-Z.-]{1,60}$' })),
  actor: Type.Optional(Id),
  target: Type.Optional(Id),
  /** At this time or later, and before; UTC ms or ISO 8601. */
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
};

/** `GET /api/v1/audit`, newest first. */
export const AuditQuery = Type.Object(
  {
    ...filters,
    /** Id of the last entry of the page before. */
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type AuditQuery = Type.Static<typeof AuditQuery>;

/** `GET /api/v1/audit/export`: all that fits as a file, newest first. */
export const AuditExportQuery = Type.Object(
  { ...filters, format: Type.Enum(HISTORY_EXPORT_FORMATS) },
  { additionalProperties: false },
);
export type AuditExportQuery = Type.Static<typeof AuditExportQuery>;

export interface AuditPage {
  entries: AuditEntry[];
  /** Hand this in as `after` for the next page; absent on the last one. */
  next?: string;
}
