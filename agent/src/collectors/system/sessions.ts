import type { LoggedInUser } from '@tocsin/shared';
import { loggedInUser } from './logged-in-user.js';

/** Sessions of people; others are of programs, of the login screen and of the user's own service manager. */
const PEOPLE = new Set(['user', 'user-early', 'user-light']);

/**
 * Reads one file of `/run/systemd/sessions`. systemd keeps these for itself, but without `utmp`, which it
 * may be built without since version 254, nothing else tells who is logged in and needs no message bus.
 *
 * @returns undefined for a session that is of nobody or about to end
 */
export function parseSession(session: string): LoggedInUser | undefined {
  const values = new Map<string, string>();
  for (const line of session.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), unescape(line.slice(equals + 1)));
  }
  const value = (name: string) => values.get(name) ?? '';
  if (!PEOPLE.has(value('CLASS')) || value('STATE') === 'closing') return undefined;
  return loggedInUser({
    name: value('USER'),
    terminal: value('TTY') || value('DISPLAY'),
    from: value('REMOTE_HOST'),
    since: Math.floor(Number(value('REALTIME')) / 1000) || 0,
  });
}

/** systemd writes what is unusual in the manner of C: `\x20`, `\n`. */
const unescape = (value: string): string =>
  value.includes('\\')
    ? value.replace(/\\x([0-9a-f]{2})|\\(.)/g, (_, hex: string | undefined, letter: string) =>
        hex === undefined ? letter : String.fromCharCode(parseInt(hex, 16)),
      )
    : value;
