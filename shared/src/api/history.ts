import Type from 'typebox';

const strict = { additionalProperties: false } as const;

/** `GET /api/v1/history` (also `/history`). Times are UTC ms or ISO 8601; `metric` may be repeated. */
export const HistoryQuery = Type.Object(
  {
    host: Type.String({ pattern: '^[0-9a-f]{24}$' }),
    /** `disk.usage` means every mount, `disk.usage:/` one. */
    metric: Type.Array(Type.String({ minLength: 1, maxLength: 330 }), { minItems: 1, maxItems: 50 }),
    from: Type.Integer({ minimum: 0 }),
    to: Type.Integer({ minimum: 0 }),
    /** How many steps the answer should have at most. */
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
  },
  strict,
);
export type HistoryQuery = Type.Static<typeof HistoryQuery>;

/** Values of one series, one entry a step; null where nothing was measured. */
export interface HistorySeries {
  metric: string;
  instance?: string;
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
}

/** Step `i` covers `from + i * step` up to the next, in UTC ms. */
export interface History {
  host: string;
  from: number;
  to: number;
  step: number;
  series: HistorySeries[];
}
