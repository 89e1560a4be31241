import { WEEKDAYS, type Schedule, type Weekday } from '@tocsin/shared';
import { formatSpan } from '../format/time.js';
import { formatMoment } from '../format/until.js';

export const WEEKDAY_NAMES: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

/** When it is on, for the begin of a sentence: `Every Sunday at 02:00 (Europe/Berlin), for 2 h`. */
export function describeSchedule(schedule: Schedule, now: number): string {
  const { kind, startsAt = now, endsAt = now, timeZone, at, durationMinutes = 0, from, until } = schedule;
  if (kind === 'once') return `From ${formatMoment(startsAt, now)} until ${formatMoment(endsAt, now)}`;
  const valid = [
    from !== undefined && from > now ? `from ${formatMoment(from, now)} on` : '',
    until !== undefined ? `until ${formatMoment(until, now)}` : '',
  ].filter(Boolean);
  return [
    `${days(schedule)} at ${at} (${timeZone})`,
    `for ${formatSpan(durationMinutes * 60_000)}`,
    ...valid,
  ].join(', ');
}

function days({ kind, weekdays = [], day = 1 }: Schedule): string {
  if (kind === 'daily' || weekdays.length === 7) return 'Every day';
  if (kind === 'weekly') return `Every ${describeWeekdays(weekdays)}`;
  return day === -1 ? 'On the last day of each month' : `On the ${ordinal(day)} of each month`;
}

/** `Saturday and Sunday`, in the order of a week. */
export function describeWeekdays(weekdays: readonly Weekday[]): string {
  const names = WEEKDAYS.filter((day) => weekdays.includes(day)).map((day) => WEEKDAY_NAMES[day]);
  return names.length < 2 ? (names[0] ?? 'no day') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function ordinal(n: number): string {
  const teens = n > 10 && n < 14;
  return `${n}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}
