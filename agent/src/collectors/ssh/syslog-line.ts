import type { LogLine } from './log-line.js';

// RFC 3339 or `Oct  9 22:14:15`; busybox puts facility and severity behind the host.
const LINE =
  /^(\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ (?:[a-z0-9]+\.[a-z]+ )?sshd(?:-session|-auth)?\[(\d+)\]: (.*)\r?$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DAY_MS = 86_400_000;

/**
 * Reads one line of a log file, undefined when sshd did not write it. A prefix without year means the
 * last time there was such a day, in this host's time zone.
 *
 * @param now UTC ms
 */
export function parseSyslogLine(line: string, now: number): LogLine | undefined {
  const [, stamp, pid, message] = LINE.exec(line) ?? [];
  if (stamp === undefined || pid === undefined || message === undefined) return undefined;
  const t = /^\d/.test(stamp) ? Date.parse(stamp) : withoutYear(stamp, now);
  return { pid, message, t: Number.isNaN(t) ? now : t };
}

function withoutYear(stamp: string, now: number): number {
  const month = MONTHS.indexOf(stamp.slice(0, 3)) / 3;
  if (!Number.isInteger(month) || month < 0) return NaN;
  const [hours, minutes, seconds] = stamp.slice(7).split(':').map(Number);
  const at = (year: number) =>
    new Date(year, month, Number(stamp.slice(4, 6)), hours, minutes, seconds).getTime();
  const year = new Date(now).getFullYear();
  // A host that is a little ahead writes on New Year's Eve of the coming year.
  return [year + 1, year].map(at).find((t) => t <= now + DAY_MS) ?? at(year - 1);
}
