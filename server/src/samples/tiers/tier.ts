import { MINUTE_MS } from '../open-minutes.js';

export type TierName = '10m' | '1h' | '1d';

/** How coarsely the past is kept: one document for each host and step, beside the minutes. */
export interface Tier {
  readonly name: TierName;
  readonly stepMs: number;
  readonly collection: string;
}

/** From fine to coarse. Each is made from the one before it, the first from the minutes; steps begin at UTC. */
export const TIERS: readonly Tier[] = [
  { name: '10m', stepMs: 10 * MINUTE_MS, collection: 'rollups_10m' },
  { name: '1h', stepMs: 60 * MINUTE_MS, collection: 'rollups_1h' },
  { name: '1d', stepMs: 24 * 60 * MINUTE_MS, collection: 'rollups_1d' },
];

export const FINEST_TIER = TIERS[0]!;

export function tierOf(name: TierName): Tier {
  return TIERS.find((tier) => tier.name === name)!;
}

/** The tier that this one is made from; undefined means the minutes. */
export const finerThan = (tier: Tier): Tier | undefined => TIERS[TIERS.indexOf(tier) - 1];

export const coarserThan = (tier: Tier): Tier | undefined => TIERS[TIERS.indexOf(tier) + 1];

/** When the step of this tier begins that holds `t`. UTC ms. */
export const stepAt = ({ stepMs }: Pick<Tier, 'stepMs'>, t: number): number =>
  Math.floor(t / stepMs) * stepMs;

/** The coarsest tier whose steps fill steps of this width; undefined means the minutes. */
export const tierFor = (width: number): Tier | undefined =>
  TIERS.findLast(({ stepMs }) => width % stepMs === 0);
