const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const dayYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment as people say it, by their own clock: `18:00`, `tomorrow 09:00`, `Fri 4 Dec, 09:00`. From UTC ms. */
export function formatMoment(t: number, now: number): string {
  const days = Math.round((midnight(t) - midnight(now)) / DAY_MS);
  if (days === 0) return time.format(t);
  if (days === 1) return `tomorrow ${time.format(t)}`;
  const isNear = Math.abs(days) < 300;
  return `${(isNear ? day : dayYear).format(t)}, ${time.format(t)}`;
}

const midnight = (t: number): number => new Date(t).setHours(0, 0, 0, 0);

/** Ends that people want most, by their own clock. */
export function quickEnds(now: number): { text: string; endsAt: number }[] {
  const hour = 3_600_000;
  const from = upToMinute(now);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  return [
    { text: '1 hour', endsAt: from + hour },
    { text: '4 hours', endsAt: from + 4 * hour },
    { text: 'Tomorrow 9:00', endsAt: tomorrow.setHours(9, 0, 0, 0) },
    { text: '1 week', endsAt: from + 7 * DAY_MS },
  ];
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The next whole minute, since inputs know no seconds and what is to last an hour is not to last less. */
export const upToMinute = (t: number): number => Math.ceil(t / MINUTE_MS) * MINUTE_MS;

/** UTC ms as an input of the kind `datetime-local` has it, by the clock of this browser, without the seconds. */
export function toInput(t: number): string {
  const at = new Date(t);
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The reverse; undefined when there is no time in it. */
export function fromInput(text: string): number | undefined {
  const t = new Date(text).getTime();
  return Number.isNaN(t) ? undefined : t;
}
