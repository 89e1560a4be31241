import Type from 'typebox';

/** Bounds of what may be asked of the past; see `docs/api.md`. */
export const HISTORY_LIMITS = {
  /** Series or metrics of one query. */
  metrics: 50,
  /** Steps of one series. */
  points: 2_000,
  /** Time between `from` and `to`, in ms: ten years, for which the coarsest values are kept. */
  spanMs: 3_660 * 86_400_000,
  /** Queries in one batch. */
  queries: 50,
  /** Steps of all series together that one request is answered with: some megabytes. 500 disks in 1,000 steps fit. */
  answerSteps: 500_000,
} as const;

const strict = { additionalProperties: false } as const;
/** UTC ms, up to the year 9999. */
const time = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 });

/** `GET /api/v1/history` (also `/history`). Times are UTC ms or ISO 8601; `metric` may be repeated. */
export const HistoryQuery = Type.Object(
  {
    host: Type.String({ pattern: '^[0-9a-f]{24}$' }),
    /** `disk.usage` means every mount, `disk.usage:/` one. */
    metric: Type.Array(Type.String({ minLength: 1, maxLength: 330 }), {
      minItems: 1,
      maxItems: HISTORY_LIMITS.metrics,
    }),
    from: time,
    to: time,
    /** How many steps the answer should have at most. */
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: HISTORY_LIMITS.points })),
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

/** `POST /api/v1/history/batch`: all queries of a page. Those of one host and time cost one read. */
export const HistoryBatchQuery = Type.Object(
  { queries: Type.Array(HistoryQuery, { minItems: 1, maxItems: HISTORY_LIMITS.queries }) },
  strict,
);
export type HistoryBatchQuery = Type.Static<typeof HistoryBatchQuery>;

/** In the order of the queries. */
export interface HistoryBatch {
  answers: History[];
}

export const HISTORY_EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type HistoryExportFormat = (typeof HISTORY_EXPORT_FORMATS)[number];

/** `GET /api/v1/history/export`: a file with a row for each time and series. */
export const HistoryExportQuery = Type.Object(
  {
    host: HistoryQuery.properties.host,
    metric: HistoryQuery.properties.metric,
    from: HistoryQuery.properties.from,
    to: HistoryQuery.properties.to,
    format: Type.Enum(HISTORY_EXPORT_FORMATS),
    /** `raw`: every sample. `auto`: as charts show it, when left out. Else how wide a step is, in ms. */
    step: Type.Optional(Type.String({ maxLength: 13 })),
  },
  strict,
);
export type HistoryExportQuery = Type.Static<typeof HistoryExportQuery>;
