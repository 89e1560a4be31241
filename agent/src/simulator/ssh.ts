import type { SshReading, SshSource } from '@tocsin/shared';
import { SSH_WINDOW_MS } from '@tocsin/shared/limits';
import { HOUR, MINUTE } from './rhythm.js';

/** Somebody who tries passwords, again and again. */
interface Attacker {
  address: string;
  users: readonly string[];
  /** How often it comes, when in that time, for how many attempts and how far apart they are; in ms. */
  every: number;
  from: number;
  attempts: number;
  apart: number;
}

const ATTACKERS: readonly Attacker[] = [
  // The noise of every host on the Internet: too little for an alarm.
  { address: '198.51.100.23', users: ['root'], every: 4 * MINUTE, from: MINUTE, attempts: 1, apart: 0 },
  // A burst that rings the alarm, and is over long before the next one.
  {
    address: '203.0.113.77',
    users: ['root', 'admin', 'root', 'postgres'],
    every: HOUR / 2,
    from: 12 * MINUTE,
    attempts: 24,
    apart: 2_500,
  },
];
/** Somebody who works on the host logs in this often, in ms. */
const LOGIN_EVERY = HOUR / 4;

/** The times after `after` and not after `until` at which an attacker tries a user. */
function attemptsOf({ every, from, attempts, apart, users }: Attacker, after: number, until: number) {
  const found: { t: number; user: string }[] = [];
  for (let start = after - (after % every) + from - every; start <= until; start += every)
    for (let at = 0; at < attempts; at++) {
      const t = start + at * apart;
      if (t > after && t <= until) found.push({ t, user: users[at % users.length]! });
    }
  return found;
}

/** @param before the time of the frame before this one */
export function ssh(before: number, t: number): SshReading {
  const sources = ATTACKERS.map((attacker) => sourceOf(attacker, t)).filter((source) => source !== undefined);
  const login = t - (t % LOGIN_EVERY);
  return {
    attempts: ATTACKERS.reduce((sum, attacker) => sum + attemptsOf(attacker, before, t).length, 0),
    window: sources.reduce((sum, { attempts }) => sum + attempts, 0),
    addresses: sources.length,
    sources: sources.sort((a, b) => b.attempts - a.attempts),
    ...(login > before && {
      accepted: [{ t: login, address: '192.0.2.15', user: 'ada', method: 'publickey', failures: 0 }],
    }),
  };
}

function sourceOf(attacker: Attacker, t: number): SshSource | undefined {
  const tried = attemptsOf(attacker, t - SSH_WINDOW_MS, t);
  const last = tried.at(-1);
  if (last === undefined) return undefined;
  const users = new Map<string, number>();
  for (const { user } of tried) users.set(user, (users.get(user) ?? 0) + 1);
  return {
    address: attacker.address,
    attempts: tried.length,
    users: users.size,
    topUsers: [...users].sort(([, a], [, b]) => b - a).map(([name, attempts]) => ({ name, attempts })),
    last: last.t,
  };
}
