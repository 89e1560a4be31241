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

export { formatSpan } from '@tocsin/shared';
