import Type from 'typebox';

const HOUR = 3_600;

/** What of a series is held against the levels of a rule; left out of a rule: each value as it comes. */
export const CONDITION_KINDS = ['absent', 'aggregate', 'rate', 'forecast'] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

export const AGGREGATES = ['avg', 'max', 'p95'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export const RATE_UNITS = ['second', 'minute', 'hour', 'day'] as const;
export type RateUnit = (typeof RATE_UNITS)[number];

/**
 * `absent`: 1 while the host reports without the series, else 0; `forSeconds` says how long it may be away.
 * `aggregate`: average, greatest value or 95th percentile of a window.
 * `rate`: change from the begin of a window to now, per unit of time.
 * `forecast`: the value in so many hours, if the trend of a window goes on.
 */
export const RuleCondition = Type.Object(
  {
    kind: Type.Enum(CONDITION_KINDS),
    /** Of `aggregate`. */
    aggregate: Type.Optional(Type.Enum(AGGREGATES)),
    /** Of `rate`. */
    per: Type.Optional(Type.Enum(RATE_UNITS)),
    /** Of `forecast`. */
    withinHours: Type.Optional(Type.Number({ minimum: 1, maximum: 720 })),
    /** Of `forecast`: a trend is believed only while the value itself is so far already. */
    onlyFrom: Type.Optional(Type.Number()),
    /** Of all but `absent`. */
    windowSeconds: Type.Optional(Type.Number({ minimum: 10, maximum: 24 * HOUR })),
  },
  { additionalProperties: false },
);
export type RuleCondition = Type.Static<typeof RuleCondition>;

type Field = Exclude<keyof RuleCondition, 'kind'>;
const NEEDED: Record<ConditionKind, readonly Field[]> = {
  absent: [],
  aggregate: ['aggregate', 'windowSeconds'],
  rate: ['per', 'windowSeconds'],
  forecast: ['withinHours', 'windowSeconds'],
};
const FIELDS: readonly Field[] = ['aggregate', 'per', 'withinHours', 'onlyFrom', 'windowSeconds'];

/** The first field that is missing from a condition of its kind, or does not belong to it. */
export function fieldFault(condition: RuleCondition): { field: Field; message: string } | undefined {
  const { kind } = condition;
  for (const field of FIELDS) {
    const given = condition[field] !== undefined;
    const needed = NEEDED[kind].includes(field);
    if (needed && !given) return { field, message: `is missing for ${kind}` };
    const optional = kind === 'forecast' && field === 'onlyFrom';
    if (given && !needed && !optional) return { field, message: `does not belong to ${kind}` };
  }
  return undefined;
}
