import { describe, expect, it } from 'vitest';
import { parseSyslogLine } from './syslog-line.js';

const NOW = Date.UTC(2026, 2, 10, 12);
const local = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts).getTime();

describe('parseSyslogLine', () => {
  it.each([
    [
      '2026-03-10T11:59:58.123456+00:00 alpha sshd[812]: Invalid user a from 192.0.2.7 port 9',
      {
        pid: '812',
        message: 'Invalid user a from 192.0.2.7 port 9',
        t: Date.UTC(2026, 2, 10, 11, 59, 58, 123),
      },
    ],
    [
      '2026-03-10T13:59:58+02:00 alpha sshd-session[8]: x: y[1]: z',
      { pid: '8', message: 'x: y[1]: z', t: Date.UTC(2026, 2, 10, 11, 59, 58) },
    ],
    [
      'Mar  9 08:01:02 alpha.example sshd-auth[8]: a',
      { pid: '8', message: 'a', t: local(2026, 2, 9, 8, 1, 2) },
    ],
    // Alpine's busybox names facility and severity.
    [
      'Mar  9 08:01:02 alpine auth.info sshd[8]: a',
      { pid: '8', message: 'a', t: local(2026, 2, 9, 8, 1, 2) },
    ],
    ['Dec 31 23:59:59 alpha sshd[8]: ', { pid: '8', message: '', t: local(2025, 11, 31, 23, 59, 59) }],
  ])('reads %s', (line, parsed) => {
    expect(parseSyslogLine(line, NOW)).toEqual(parsed);
  });

  it('takes a line of the coming year for one of a clock that is a little ahead', () => {
    const eve = local(2025, 11, 31, 23, 59, 30);
    expect(parseSyslogLine('Jan  1 00:00:10 alpha sshd[8]: a', eve)?.t).toBe(local(2026, 0, 1, 0, 0, 10));
  });

  it.each([
    'Mar  9 08:01:02 alpha sudo[8]: ada : COMMAND=/bin/echo sshd[1]: Invalid user a from 192.0.2.7 port 9',
    'Mar  9 08:01:02 alpha sshd: a',
    'Mar  9 08:01:02 alpha sshd-other[8]: a',
    'Mar  9 08:01:02 alpha mysshd[8]: a',
    'sshd[8]: Invalid user a from 192.0.2.7 port 9',
    '',
  ])('passes over %s', (line) => {
    expect(parseSyslogLine(line, NOW)).toBeUndefined();
  });
});
