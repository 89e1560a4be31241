import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedInUser } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import { isNotThere } from '../not-there.js';
import { parseSession } from './sessions.js';
import { parseUtmp, utmpLayout } from './utmp.js';

/**
 * Read again after this time although nothing seems to have changed, in ms: a session that was killed leaves
 * its record behind, and two changes within one tick of the file system's clock look like one.
 */
const READ_AGAIN_MS = 60_000;

/** Who is logged in: those whom `utmp` names, or else the sessions of systemd. */
export class LoggedInUsers {
  #users: LoggedInUser[] | undefined;
  #changes = '';
  #readAt = -Infinity;

  constructor(
    private readonly run = '/run',
    private readonly isAlive = processIsAlive,
  ) {}

  /** @returns undefined where nothing tells @throws when what tells cannot be read */
  now(now: number): LoggedInUser[] | undefined {
    const [utmp, sessions] = [join(this.run, 'utmp'), join(this.run, 'systemd/sessions')];
    const changes = `${changedAt(utmp)} ${changedAt(sessions)}`;
    if (changes === this.#changes && now - this.#readAt < READ_AGAIN_MS) return this.#users;
    const recorded = this.#readUtmp(utmp);
    // Some services write no records though there is such a file.
    const users = recorded?.length ? recorded : (this.#readSessions(sessions) ?? recorded);
    this.#users = users?.slice(0, LIMITS.users);
    this.#changes = changes;
    this.#readAt = now;
    return this.#users;
  }

  #readUtmp(path: string): LoggedInUser[] | undefined {
    return ifThere(() => parseUtmp(readFileSync(path), utmpLayout(process.arch)))
      ?.filter(({ process }) => this.isAlive(process))
      .map(({ user }) => user);
  }

  #readSessions(folder: string): LoggedInUser[] | undefined {
    return (
      ifThere(() => readdirSync(folder))
        // Beside each session stands a queue `N.ref`.
        ?.filter((name) => !name.includes('.'))
        .map((name) => ifThere(() => parseSession(readFileSync(join(folder, name), 'utf8'))))
        .filter((user) => user !== undefined)
    );
  }
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user: there, though not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
