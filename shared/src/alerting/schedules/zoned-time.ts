import { Temporal } from 'temporal-polyfill';

/** Dates as `Temporal` has them, which alone knows what a clock on the wall shows. */
export type LocalDate = Temporal.PlainDate;

/** Is that the name of a zone of the IANA time zone database? An offset such as `+02:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    localDate(0, name);
    return true;
  } catch {
    return false;
  }
}

/** The day that it is there, at a time in UTC ms. */
export const localDate = (t: number, timeZone: string): LocalDate =>
  Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO(timeZone).toPlainDate();

/**
 * When a clock there shows that time on that day, in UTC ms. What it shows twice counts the first time; what it
 * leaps over is the moment at which it leaps.
 * @param at `HH:MM`
 */
export function instantOf(date: LocalDate, at: string, timeZone: string): number {
  const local = date.toPlainDateTime(at);
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(local)) return earlier.epochMilliseconds;
  // It shows nothing between the two sides of a gap, of which this is the one before it.
  return earlier.getTimeZoneTransition('next')!.epochMilliseconds;
}

/** As a clock there shows it, with its distance from UTC: `2026-03-29T03:00:00+02:00`. */
export const localIso = (t: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(t)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
