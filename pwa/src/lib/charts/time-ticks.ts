const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances at which people expect marks on a time axis. */
const STEPS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

export interface TimeTicks {
  /** UTC ms. */
  at: number[];
  /** Distance between two of them, in ms. */
  step: number;
}

/**
 * Round moments between two times, at most `most` of them, in UTC ms.
 * @param offsetMs what local time is ahead of UTC, so that midnight is the local one.
 */
export function timeTicks(from: number, to: number, most: number, offsetMs: number): TimeTicks {
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 7 * DAY;
  const at: number[] = [];
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs;
  for (let t = first; t <= to; t += step) at.push(t);
  return { at, step };
}
