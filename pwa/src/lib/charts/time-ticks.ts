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
  3 * DAY,
  5 * DAY,
  7 * DAY,
  10 * DAY,
  14 * DAY,
];
/** Beyond them, marks stand at the first of every so many months. */
const MONTHS = [1, 2, 3, 4, 6, 12];
export const MONTH_MS = 30.44 * DAY;

export interface TimeTicks {
  /** UTC ms. */
  at: number[];
  /** Distance between two of them, in ms; for months about. */
  step: number;
}

/** How much local time is ahead of UTC at a moment, in ms: it changes with the season. */
export type OffsetAt = (t: number) => number;

/** Round moments of local time between two times, about `most` of them at most, in UTC ms. */
export function timeTicks(from: number, to: number, most: number, offsetAt: OffsetAt): TimeTicks {
  // The offset of the moment itself, which is known once it is about known when that is.
  const utcOf = (local: number) => local - offsetAt(local - offsetAt(local));
  const within = (marks: number[]) => marks.map(utcOf).filter((t) => t >= from && t <= to);
  const first = from + offsetAt(from) - HOUR;
  const last = to + offsetAt(to) + HOUR;

  const step = STEPS.find((candidate) => (to - from) / candidate <= most);
  if (step !== undefined) {
    const marks: number[] = [];
    for (let t = Math.ceil(first / step) * step; t <= last; t += step) marks.push(t);
    return { at: within(marks), step };
  }
  const months =
    MONTHS.find((candidate) => (to - from) / (candidate * MONTH_MS) <= most) ?? MONTHS[MONTHS.length - 1]!;
  const marks: number[] = [];
  const begin = new Date(first);
  for (let month = Math.floor(begin.getUTCMonth() / months) * months; ; month += months) {
    const t = Date.UTC(begin.getUTCFullYear(), month, 1);
    if (t > last) break;
    marks.push(t);
  }
  return { at: within(marks), step: months * MONTH_MS };
}
