import Type from 'typebox';

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Note = Type.String({ minLength: 1, maxLength: 2_000 });
/** A week at most: what is to be quiet for longer is silenced or mended. */
const Minutes = Type.Integer({ minimum: 1, maximum: 10_080 });

const acknowledge = { note: Type.Optional(Note), forMinutes: Type.Optional(Minutes) };
const snooze = { forMinutes: Minutes };
const resolve = { note: Type.Optional(Note) };
const comment = { text: Note };
/** Without a member nobody has it any more. */
const assign = { userId: Type.Optional(Id) };

const strict = { additionalProperties: false };
const body = <Properties extends Type.TProperties>(properties: Properties) => Type.Object(properties, strict);

/** `POST /api/v1/incidents/:id/acknowledge`; `forMinutes`: after that it counts as not acknowledged again. */
export const Acknowledge = body(acknowledge);
/** `POST /api/v1/incidents/:id/snooze` */
export const Snooze = body(snooze);
/** `POST /api/v1/incidents/:id/resolve` */
export const ResolveByHand = body(resolve);
/** `POST /api/v1/incidents/:id/comments` */
export const Comment = body(comment);
/** `POST /api/v1/incidents/:id/assign` */
export const Assign = body(assign);

/** What people do with an incident. */
export const IncidentAction = Type.Union([
  body({ kind: Type.Literal('acknowledge'), ...acknowledge }),
  body({ kind: Type.Literal('unacknowledge') }),
  body({ kind: Type.Literal('snooze'), ...snooze }),
  body({ kind: Type.Literal('unsnooze') }),
  body({ kind: Type.Literal('resolve'), ...resolve }),
  body({ kind: Type.Literal('comment'), ...comment }),
  body({ kind: Type.Literal('assign'), ...assign }),
]);
export type IncidentAction = Type.Static<typeof IncidentAction>;

/** `POST /api/v1/incidents/bulk`: the same for many; each by itself, so that one refusal holds up no other. */
export const BulkAction = Type.Object(
  {
    ids: Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true }),
    action: IncidentAction,
  },
  strict,
);
export type BulkAction = Type.Static<typeof BulkAction>;

export interface BulkAnswer {
  /** Ids for which it was done. */
  done: string[];
  refused: { id: string; code: string; message: string }[];
}
