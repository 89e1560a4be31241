import Type from 'typebox';
import type { Fault } from '../../validation.js';
import { SEVERITIES, type Severity } from '../rule.js';
import type { Occurrence } from './occurrences.js';
import { LocalTime, TimeZoneName, WeekdayList, WEEKDAYS } from './schedule.js';
import { instantOf, isTimeZone, localDate } from './zoned-time.js';

/** From a time of day to another one; one that is not later is that of the day after. */
export const QuietPeriod = Type.Object(
  {
    /** The days on which it begins. */
    weekdays: WeekdayList,
    from: LocalTime,
    /** The first moment at which it is over. */
    to: LocalTime,
  },
  { additionalProperties: false },
);
export type QuietPeriod = Type.Static<typeof QuietPeriod>;

/** When a person does not want to be told, by the clocks of where that person is. */
export const QuietHours = Type.Object(
  {
    enabled: Type.Boolean(),
    timeZone: TimeZoneName,
    periods: Type.Array(QuietPeriod, { maxItems: 14 }),
    /** Severities that are told all the same. */
    breakThrough: Type.Array(Type.Enum(SEVERITIES), { maxItems: 3, uniqueItems: true }),
  },
  { additionalProperties: false },
);
export type QuietHours = Type.Static<typeof QuietHours>;

/** What a person has who has not said anything else. */
export const NO_QUIET_HOURS: QuietHours = {
  enabled: false,
  timeZone: 'UTC',
  periods: [],
  breakThrough: ['critical'],
};

/** What no schema can say: why quiet hours of the right form could not work, or nothing. */
export function quietHoursFault({ enabled, timeZone, periods }: QuietHours): Fault | undefined {
  if (!isTimeZone(timeZone))
    return { field: '/timeZone', message: 'is not a time zone such as Europe/Berlin' };
  if (enabled && periods.length === 0) return { field: '/periods', message: 'must have at least one period' };
  return undefined;
}

/** Send it now, or ask again at `at` (UTC ms), and send it then if it is still true; without `at`: never. */
export type SendingDecision = { send: true } | { send: false; at?: number };

const SEND: SendingDecision = { send: true };

/** May that person be told of something so severe at this time? */
export function maySend(quiet: QuietHours | undefined, severity: Severity, now: number): SendingDecision {
  if (quiet === undefined || !quiet.enabled || quiet.breakThrough.includes(severity)) return SEND;
  const end = quietUntil(quiet, now);
  if (end === undefined) return SEND;
  return end === Infinity ? { send: false } : { send: false, at: end };
}

/**
 * When that person may be told of all of these together (UTC ms); undefined when now. One that breaks through takes
 * the others with it. Of quiet without an end the answer is as far ahead as it is known, to be asked again then.
 */
export function quietFor(
  quiet: QuietHours | undefined,
  severities: readonly Severity[],
  now: number,
): number | undefined {
  const decisions = severities.map((severity) => maySend(quiet, severity, now));
  const ends = decisions.map((decision) => (decision.send ? now : (decision.at ?? now + DAYS_AHEAD * DAY)));
  const first = Math.min(...ends);
  return first > now ? first : undefined;
}

/** Periods repeat each week: what has no end within that time has none. */
const DAYS_AHEAD = 9;
const DAY = 86_400_000;

/** When the quiet of this moment ends; undefined when it is not quiet, infinity when that never ends. */
function quietUntil(quiet: QuietHours, now: number): number | undefined {
  let end: number | undefined;
  for (const period of spans(quiet, now)) {
    if (period.end <= now) continue;
    if (period.start > (end ?? now)) break;
    end = Math.max(end ?? 0, period.end);
  }
  return end !== undefined && end > now + (DAYS_AHEAD - 1) * DAY ? Infinity : end;
}

/** The times of quiet from three days before until some days ahead, by their begin; they may overlap. */
function spans({ timeZone, periods }: QuietHours, now: number): Occurrence[] {
  const today = localDate(now, timeZone);
  const all: Occurrence[] = [];
  for (let day = -3; day <= DAYS_AHEAD; day += 1) {
    const date = today.add({ days: day });
    for (const { weekdays, from, to } of periods) {
      if (!weekdays.includes(WEEKDAYS[date.dayOfWeek - 1]!)) continue;
      const start = instantOf(date, from, timeZone);
      all.push({ start, end: instantOf(to > from ? date : date.add({ days: 1 }), to, timeZone) });
    }
  }
  return all.sort((a, b) => a.start - b.start);
}
