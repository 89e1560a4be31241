const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How much of the past the charts show, in ms, and in how many steps at most: where days are narrower than a
 * finger, they are whole ones, for else day and night alone are seen. The names stand in addresses.
 */
export const RANGES = {
  live: { label: 'Live', title: 'Last 5 minutes', span: 5 * MINUTE, points: 1000 },
  '15m': { label: '15 m', title: 'Last 15 minutes', span: 15 * MINUTE, points: 1000 },
  '1h': { label: '1 h', title: 'Last hour', span: HOUR, points: 800 },
  '6h': { label: '6 h', title: 'Last 6 hours', span: 6 * HOUR, points: 800 },
  '24h': { label: '24 h', title: 'Last 24 hours', span: DAY, points: 800 },
  '7d': { label: '7 d', title: 'Last 7 days', span: 7 * DAY, points: 800 },
  '30d': { label: '30 d', title: 'Last 30 days', span: 30 * DAY, points: 800 },
  '90d': { label: '90 d', title: 'Last 90 days', span: 90 * DAY, points: 100 },
  '1y': { label: '1 y', title: 'Last year', span: 365 * DAY, points: 400 },
} as const;
export type RangeId = keyof typeof RANGES;

/** The range that an address names; the live one where it names none that there is. */
export const rangeOf = (name: unknown): RangeId =>
  typeof name === 'string' && Object.hasOwn(RANGES, name) ? (name as RangeId) : 'live';
