import { WEEKDAYS, type Schedule } from './schedule.js';
import { instantOf, localDate, type LocalDate } from './zoned-time.js';

/** From `start` on and before `end`, UTC ms. */
export interface Occurrence {
  start: number;
  end: number;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
/** So many that touch are taken for one, which is enough for people to know that it goes on. */
const MERGED = 31;

/**
 * The occurrences that are not over at `t`, in order, without end unless the schedule has one. Each begins once,
 * and one that would still be on when the next begins ends there, so no two are on at once.
 */
export function* occurrences(schedule: Schedule, t: number): Generator<Occurrence> {
  const { kind, startsAt, endsAt, durationMinutes, until = Infinity } = schedule;
  if (kind === 'once') {
    if (endsAt! > t) yield { start: startsAt!, end: endsAt! };
    return;
  }
  const length = durationMinutes! * MINUTE;
  let before: number | undefined;
  for (const start of starts(schedule, t - length)) {
    if (before !== undefined) {
      const end = Math.min(before + length, start, until);
      if (end > t) yield { start: before, end };
    }
    before = start;
  }
  if (before === undefined) return;
  const end = Math.min(before + length, until);
  if (end > t) yield { start: before, end };
}

/** The occurrence that is on at `t`, with those that follow it without a gap. */
export function activeAt(schedule: Schedule, t: number): Occurrence | undefined {
  let active: Occurrence | undefined;
  let merged = 0;
  for (const { start, end } of occurrences(schedule, t)) {
    if (start > (active?.end ?? t) || merged++ === MERGED) break;
    active = { start: active?.start ?? start, end };
  }
  return active;
}

/** The first one that begins after `t`. */
export function nextAfter(schedule: Schedule, t: number): Occurrence | undefined {
  for (const occurrence of occurrences(schedule, t)) if (occurrence.start > t) return occurrence;
  return undefined;
}

/** When occurrences begin, each time once and in order; from some days before `t` on, so that none is missed. */
function* starts(schedule: Schedule, t: number): Generator<number> {
  const { timeZone, at, from = -Infinity, until = Infinity } = schedule;
  let last = -Infinity;
  // Two days: there are zones that once left out a whole one.
  for (const date of dates(schedule, localDate(Math.max(t, from, 0) - 2 * DAY, timeZone!))) {
    const start = instantOf(date, at!, timeZone!);
    if (start >= until) return;
    // A day that does not exist begins together with the one after it.
    if (start < from || start <= last) continue;
    last = start;
    yield start;
  }
}

function* dates({ kind, weekdays, day }: Schedule, first: LocalDate): Generator<LocalDate> {
  if (kind === 'monthly') {
    for (let month = first.with({ day: 1 }); ; month = month.add({ months: 1 })) {
      if (day! > month.daysInMonth) continue;
      const date = month.with({ day: day === -1 ? month.daysInMonth : day! });
      if (!isBefore(date, first)) yield date;
    }
  }
  for (let date = first; ; date = date.add({ days: 1 })) {
    if (kind === 'daily' || weekdays!.includes(WEEKDAYS[date.dayOfWeek - 1]!)) yield date;
  }
}

const isBefore = (a: LocalDate, b: LocalDate): boolean =>
  a.year * 10_000 + a.month * 100 + a.day < b.year * 10_000 + b.month * 100 + b.day;
