import Type from 'typebox';

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Moment = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** Something that somebody changed. Entries are never changed themselves. */
export interface AuditEntry {
  id: string;
  /** UTC ms. */
  at: number;
  /** The member, by the name that they had then. */
  actor: { id: string; name: string };
  /** What was done to what kind of thing, for instance `rules.update`. */
  action: string;
  target: { id?: string; name?: string };
  /** What was sent, without secrets; left out when it was nothing, or too much. */
  sent?: Record<string, unknown>;
  /** From which address, and by which program. */
  address: string;
  program: string;
}

/** `GET /api/v1/audit`, newest first. */
export const AuditQuery = Type.Object(
  {
    /** The beginning of an action: `rules` or `rules.update`. */
    action: Type.Optional(Type.String({ pattern: '^[a-zA-Z.-]{1,60}$' })),
    actor: Type.Optional(Id),
    target: Type.Optional(Id),
    /** At this time or later, and before; UTC ms. */
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    /** Id of the last entry of the page before. */
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type AuditQuery = Type.Static<typeof AuditQuery>;

export interface AuditPage {
  entries: AuditEntry[];
  /** Hand this in as `after` for the next page; absent on the last one. */
  next?: string;
}
