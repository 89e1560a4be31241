import Type from 'typebox';
import type { Fault } from '../../validation.js';
import { isTimeZone } from './zoned-time.js';

export const SCHEDULE_KINDS = ['once', 'daily', 'weekly', 'monthly'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** In the order of ISO 8601. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MINUTES = 1_440;
/** How long an occurrence may last, in minutes. */
export const LONGEST_MINUTES: Record<ScheduleKind, number> = {
  once: 366 * DAY_MINUTES,
  daily: DAY_MINUTES,
  weekly: 7 * DAY_MINUTES,
  monthly: 7 * DAY_MINUTES,
};

const time = () => Type.Optional(Type.Integer({ minimum: 0, maximum: 253_402_300_799_000 }));

/** A time of day on a clock, from `00:00` to `23:59`. */
export const LocalTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });
export const TimeZoneName = Type.String({ minLength: 1, maxLength: 64 });
export const WeekdayList = Type.Array(Type.Enum(WEEKDAYS), { minItems: 1, maxItems: 7, uniqueItems: true });

/**
 * When something is on: `once` from `startsAt` until `endsAt`, else again and again at a time of day. Times are
 * UTC ms unless they are local.
 */
export const Schedule = Type.Object(
  {
    kind: Type.Enum(SCHEDULE_KINDS),
    /** Of `once`. */
    startsAt: time(),
    /** Of `once`: the first moment at which it is over. */
    endsAt: time(),
    /** Of all but `once`: whose clocks count, by its name in the IANA database. */
    timeZone: Type.Optional(TimeZoneName),
    /** Of all but `once`: begin by these clocks. */
    at: Type.Optional(LocalTime),
    /** Of all but `once`: real time from begin to end, whatever clocks do meanwhile. */
    durationMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 * DAY_MINUTES })),
    /** Of `weekly`. */
    weekdays: Type.Optional(WeekdayList),
    /** Of `monthly`: months that do not have the day are left out; -1 is the last day of each. */
    day: Type.Optional(Type.Integer({ minimum: -1, maximum: 31 })),
    /** Of all but `once`: occurrences begin at that time at the earliest. */
    from: time(),
    /** Of all but `once`: nothing is on any more from that time on. */
    until: time(),
  },
  { additionalProperties: false },
);
export type Schedule = Type.Static<typeof Schedule>;

type Field = Exclude<keyof Schedule, 'kind'>;
const REPEATED: readonly Field[] = ['timeZone', 'at', 'durationMinutes'];
const NEEDED: Record<ScheduleKind, readonly Field[]> = {
  once: ['startsAt', 'endsAt'],
  daily: REPEATED,
  weekly: [...REPEATED, 'weekdays'],
  monthly: [...REPEATED, 'day'],
};
const BOUNDS: readonly Field[] = ['from', 'until'];
const FIELDS: readonly Field[] = [...new Set([...Object.values(NEEDED).flat(), ...BOUNDS])];

/** What no schema can say: why a schedule of the right form could not work, or nothing. Fields are its own. */
export function scheduleFault(schedule: Schedule): Fault | undefined {
  const { kind, startsAt, endsAt, timeZone, durationMinutes = 0, day, from, until } = schedule;
  for (const field of FIELDS) {
    const given = schedule[field] !== undefined;
    const needed = NEEDED[kind].includes(field);
    if (needed && !given) return { field: `/${field}`, message: `is missing for ${kind}` };
    if (given && !needed && (kind === 'once' || !BOUNDS.includes(field))) {
      return { field: `/${field}`, message: `does not belong to ${kind}` };
    }
  }
  if (kind === 'once') {
    if (endsAt! <= startsAt!) return { field: '/endsAt', message: 'must lie after startsAt' };
    const tooLong = endsAt! - startsAt! > LONGEST_MINUTES.once * 60_000;
    return tooLong ? { field: '/endsAt', message: 'must come within a year after startsAt' } : undefined;
  }
  if (!isTimeZone(timeZone!)) {
    return { field: '/timeZone', message: 'is not a time zone such as Europe/Berlin' };
  }
  if (day === 0) return { field: '/day', message: 'must be a day from 1 to 31, or -1 for the last one' };
  if (durationMinutes > LONGEST_MINUTES[kind]) {
    return { field: '/durationMinutes', message: `must be at most ${LONGEST_MINUTES[kind]} for ${kind}` };
  }
  if (from !== undefined && until !== undefined && until <= from) {
    return { field: '/until', message: 'must lie after from' };
  }
  return undefined;
}

/** From when on it is never on again; undefined when it goes on for ever. */
export const overAt = ({ kind, endsAt, until }: Schedule): number | undefined =>
  kind === 'once' ? endsAt : until;
