import Type from 'typebox';

/** From fine to coarse: every sample, then roll-ups of these steps. */
export const RETENTION_TIERS = ['raw', '1m', '10m', '1h', '1d'] as const;
export type RetentionTier = (typeof RETENTION_TIERS)[number];

const days = Type.Integer({ minimum: 1, maximum: 3_650 });

/** For how many days each tier is kept. `PUT /api/v1/retention`. */
export const Retention = Type.Object(
  {
    raw: days,
    '1m': days,
    '10m': days,
    '1h': days,
    '1d': days,
    /** Incidents, from their end, with what was found out about them; left out: `DEFAULT_INCIDENT_DAYS`. */
    incidents: Type.Optional(days),
  },
  { additionalProperties: false },
);
export type Retention = Type.Static<typeof Retention>;

/** What a tenant keeps that has not said anything else. */
export const DEFAULT_RETENTION: Retention = { raw: 30, '1m': 90, '10m': 400, '1h': 1_095, '1d': 3_650 };

export const DEFAULT_INCIDENT_DAYS = 400;

/** The first tier that would be kept for a shorter time than the finer one before it. */
export function shorterThanFiner(retention: Retention): RetentionTier | undefined {
  return RETENTION_TIERS.find((tier, i) => i > 0 && retention[tier] < retention[RETENTION_TIERS[i - 1]!]);
}

/** What one tier needs on disk, in bytes, once it is as long as it is kept. */
export interface TierForecast {
  tier: RetentionTier;
  days: number;
  bytesPerHostDay: number;
  bytes: number;
}

/** `GET /api/v1/retention` */
export interface RetentionView {
  retention: Retention;
  /** Hosts that reported within the last day: the forecast is for so many. */
  hosts: number;
  forecast: TierForecast[];
}
