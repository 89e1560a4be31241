const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How much of the past the charts show, in ms, and in how many steps at most. */
export const RANGES = {
  live: { label: 'Live', title: 'Last 15 minutes, each value', span: 15 * MINUTE, points: 1000 },
  hour: { label: '1 h', title: 'Last hour', span: HOUR, points: 800 },
  day: { label: '24 h', title: 'Last 24 hours', span: 24 * HOUR, points: 800 },
  week: { label: '7 d', title: 'Last 7 days', span: 7 * 24 * HOUR, points: 800 },
} as const;
export type RangeId = keyof typeof RANGES;
