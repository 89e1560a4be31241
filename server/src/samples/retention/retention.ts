import { type Retention, RETENTION_TIERS, type RetentionTier } from '@tocsin/shared';
import { MINUTE_MS } from '../open-minutes.js';

const DAY_MS = 86_400_000;

/**
 * How wide a step of the next coarser tier is, in ms: what is older than the retention goes by whole ones,
 * so that no step is ever made from a part of what belongs to it.
 */
const GOES_BY: Record<RetentionTier, number> = {
  raw: MINUTE_MS,
  '1m': 10 * MINUTE_MS,
  '10m': 60 * MINUTE_MS,
  '1h': DAY_MS,
  '1d': DAY_MS,
};

/** Steps of each tier in ms; raw samples come as they come. */
const STEP: Record<RetentionTier, number> = {
  raw: 0,
  '1m': MINUTE_MS,
  '10m': 10 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '1d': DAY_MS,
};

/** The time, in UTC ms, before which a tier keeps nothing. */
export const keptFrom = (retention: Retention, tier: RetentionTier, now: number): number =>
  Math.floor((now - retention[tier] * DAY_MS) / GOES_BY[tier]) * GOES_BY[tier];

/**
 * How narrow steps can be, in ms, when an answer goes back to `from`: 0 where every sample is still there.
 * @param keptFrom the time before which a tier is not there any more
 */
export function finestStep(keptFrom: (tier: RetentionTier) => number, from: number): number {
  const kept = RETENTION_TIERS.find((tier) => from >= keptFrom(tier));
  return STEP[kept ?? '1d'];
}
