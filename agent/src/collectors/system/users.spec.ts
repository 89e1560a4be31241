import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { sysfs } from '../fixtures/sysfs.js';
import { LoggedInUsers } from './users.js';

const UTMP = Buffer.from(fixture(`utmp-${process.arch === 'arm64' ? 'arm64' : 'x64'}.base64`), 'base64');
const SESSION = fixture('session-ssh.txt');
const everyone = () => true;
const names = (users: LoggedInUsers, now: number) => users.now(now)?.map(({ name }) => name);

async function runFolder(files: Record<string, string> = {}, utmp?: Buffer): Promise<string> {
  const folder = await sysfs(files);
  if (utmp) await writeFile(join(folder, 'utmp'), utmp);
  return folder;
}

describe('LoggedInUsers', () => {
  it('takes those whom utmp names, and passes over records that a killed session left behind', async () => {
    const run = await runFolder({ 'systemd/sessions/1': SESSION }, UTMP);
    const users = new LoggedInUsers(run, (process) => process !== 1007);
    expect(names(users, 0)).toEqual([
      'ada',
      'grace',
      'linus',
      'root',
      'ada',
      'a-name-that-fills-all-32-letters',
    ]);
  });

  it('takes the sessions of systemd where utmp is missing or names nobody', async () => {
    const sessions = { 'systemd/sessions/1': SESSION, 'systemd/sessions/1.ref': '' };
    expect(names(new LoggedInUsers(await runFolder(sessions), everyone), 0)).toEqual(['ada']);
    const withEmpty = await runFolder(sessions, UTMP.subarray(0, UTMP.length / 10));
    expect(names(new LoggedInUsers(withEmpty, everyone), 0)).toEqual(['ada']);
  });

  it('knows nobody where nobody is logged in, and nothing where nothing tells', async () => {
    const quiet = await runFolder({}, UTMP.subarray(0, UTMP.length / 10));
    expect(new LoggedInUsers(quiet, everyone).now(0)).toEqual([]);
    const run = await runFolder();
    await mkdir(join(run, 'systemd/sessions'), { recursive: true });
    expect(new LoggedInUsers(run, everyone).now(0)).toEqual([]);
    expect(new LoggedInUsers(await runFolder(), everyone).now(0)).toBeUndefined();
  });

  it('reads again when something changed, and once a minute to be sure', async () => {
    const run = await runFolder({}, UTMP);
    const utmp = join(run, 'utmp');
    let alive = true;
    const users = new LoggedInUsers(run, () => alive);
    const stamp = new Date(1e12);
    await utimes(utmp, stamp, stamp);
    expect(names(users, 0)).toHaveLength(7);

    alive = false;
    expect(names(users, 59_000)).toHaveLength(7);
    expect(names(users, 60_000)).toEqual([]);

    alive = true;
    await writeFile(utmp, UTMP.subarray(0, (UTMP.length / 10) * 3));
    expect(names(users, 61_000)).toEqual(['ada']);

    await rm(utmp);
    expect(users.now(62_000)).toBeUndefined();
  });

  it('keeps to the bounds of a frame', async () => {
    const files = Array.from({ length: 100 }, (_, at) => [`systemd/sessions/${at}`, SESSION]);
    expect(names(new LoggedInUsers(await runFolder(Object.fromEntries(files)), everyone), 0)).toHaveLength(
      64,
    );
  });

  it('fails when what tells cannot be read', async () => {
    const run = await runFolder({ 'utmp/x': '' });
    expect(() => new LoggedInUsers(run, everyone).now(0)).toThrow('EISDIR');
  });
});
