const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const hourMinute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(undefined, { month: 'short' });
const full = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Local time of day with seconds, from UTC ms. */
export const formatClock = (t: number): string => clock.format(t);
/** Local hour and minute, from UTC ms. */
export const formatHour = (t: number): string => hourMinute.format(t);
/** Local day and month, from UTC ms. */
export const formatDay = (t: number): string => dayMonth.format(t);
/** Local month, from UTC ms; in place of January its year. */
export const formatMonth = (t: number): string => {
  const date = new Date(t);
  return date.getMonth() === 0 ? String(date.getFullYear()) : month.format(t);
};
/** Local date and time, from UTC ms. */
export const formatDateTime = (t: number): string => full.format(t);
/** The same moment for people who compare logs: `2025-04-10 15:00:00 UTC`. */
export const formatUtc = (t: number): string =>
  `${new Date(t).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const STEPS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest parts of a span in ms: `8 s`, `4 min 10 s`, `3 d 2 h`. */
export function formatSpan(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const first = STEPS.findIndex(([, seconds]) => rest >= seconds);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  for (const [name, seconds] of STEPS.slice(first, first + 2)) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (amount > 0) parts.push(`${amount} ${name}`);
  }
  return parts.join(' ');
}
