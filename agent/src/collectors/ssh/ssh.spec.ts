import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { recordedSections } from '../fixtures/sshd-sections.js';
import { SshCollector } from './ssh.js';
import type { Surroundings } from './surroundings.js';

let folder: string;
let log: string;
let host: Surroundings;
const collectors: SshCollector[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-ssh-'));
  log = join(folder, 'auth.log');
  host = {
    ...{
      sshd: [join(folder, 'sshd')],
      journalctl: [],
      journals: [],
      machineId: join(folder, 'none'),
      logs: [log],
    },
  };
  writeFileSync(join(folder, 'sshd'), '');
  writeFileSync(log, '');
});
afterEach(() => {
  for (const collector of collectors.splice(0)) collector.close();
  rmSync(folder, { recursive: true });
});

const state = () => join(folder, 'state/ssh.json');

/** An agent's start: the reading before the first frame is behind it. */
async function start(options = { stateDir: join(folder, 'state') }): Promise<SshCollector> {
  const collector = new SshCollector(options, host);
  collectors.push(collector);
  expect(await collector.collect(0)).toEqual({});
  return collector;
}

function write(program: string, ...messages: { pid: string; message: string }[]): void {
  const stamp = new Date().toISOString();
  appendFileSync(
    log,
    messages.map(({ pid, message }) => `${stamp} alpha ${program}[${pid}]: ${message}\n`).join(''),
  );
}
let port = 1;
const fail = (count = 1, address = '192.0.2.7') => {
  for (let n = 0; n < count; n++)
    write('sshd', {
      pid: `${port}`,
      message: `Failed password for root from ${address} port ${port++} ssh2`,
    });
};

describe('SshCollector', () => {
  it.each(['sshd', 'sshd-session', 'sshd-auth'])(
    'counts the recorded runs exactly, written by %s',
    async (program) => {
      expect(fixture('sshd.log')).toContain('drop connection');
      const collector = await start();
      let now = 0;
      const counted: number[] = [];
      for (const { messages } of recordedSections()) {
        write(program, ...messages);
        counted.push((await collector.collect((now += 1_000))).ssh!.attempts);
      }
      expect(counted).toEqual([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 3, 3, 6, 12, 0, 2, 2, 2, 1, 1, 0]);
      const { ssh } = await collector.collect(now + 1_000);
      expect(ssh).toMatchObject({ attempts: 0, window: 37, addresses: 1 });
      expect(ssh!.sources).toMatchObject([{ address: '127.0.0.1', attempts: 37, users: 4 }]);
    },
  );

  it('has nothing to tell on a host without sshd, even if there is a log', async () => {
    rmSync(join(folder, 'sshd'));
    const collector = await start();
    expect(await collector.collect(1_000)).toEqual({});
    // Until one writes to it, as from the host that a container runs on.
    fail();
    expect((await collector.collect(2_000)).ssh).toMatchObject({ attempts: 1 });
  });

  it('begins to tell when sshd is installed', async () => {
    rmSync(join(folder, 'sshd'));
    const collector = await start();
    writeFileSync(join(folder, 'sshd'), '');
    expect(await collector.collect(1_000)).toEqual({});
    expect((await collector.collect(10_000)).ssh).toMatchObject({ attempts: 0 });
  });

  it('counts no line twice and loses none, killed at any moment between two frames', async () => {
    let told = 0;
    for (let round = 0; round < 6; round++) {
      fail(2);
      const collector = await start();
      fail(1);
      told += (await collector.collect(1_000)).ssh!.attempts;
      fail(1);
      if (round % 2 === 0) {
        const { ssh } = await collector.collect(2_000);
        told += ssh!.attempts;
      }
      fail(1);
      // No goodbye: what is on disk is what a kill -9 leaves.
    }
    const { ssh } = await (await start()).collect(1_000);
    // The first two were there before anybody looked.
    expect(told + ssh!.attempts).toBe(6 * 5 - 2);
    expect(ssh!.window).toBe(6 * 5 - 2);
  });

  it('has kept a frame before it hands it out', async () => {
    const collector = await start();
    await collector.collect(1_000);
    fail(3);
    const { ssh } = await collector.collect(2_000);
    expect(ssh!.attempts).toBe(3);
    expect(readFileSync(state(), 'utf8')).toContain('"192.0.2.7"');
  });

  it('writes only when there is something new', async () => {
    const collector = await start();
    await collector.collect(1_000);
    rmSync(state());
    appendFileSync(log, 'Mar 10 11:59:58 alpha cron[3]: nothing about logins\n');
    await collector.collect(2_000);
    expect(existsSync(state())).toBe(false);
    await collector.collect(61_001);
    expect(existsSync(state())).toBe(true);
  });

  it('begins at the end of the log when nothing was kept, or something that nobody can read', async () => {
    fail(3);
    expect((await (await start({ stateDir: undefined as never })).collect(1_000)).ssh!.attempts).toBe(0);
    const collector = await start();
    await collector.collect(1_000);
    writeFileSync(state(), '{"version":1,"state":{"tally":{}}}');
    fail(1);
    const { ssh } = await (await start()).collect(1_000);
    expect(ssh).toMatchObject({ attempts: 0, window: 0 });
  });

  it('goes on without a place to keep anything, and says so', async () => {
    writeFileSync(join(folder, 'state'), 'a file where the folder should be');
    const collector = await start();
    fail(1);
    const { ssh, problems } = await collector.collect(1_000);
    expect(ssh!.attempts).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/^what was counted cannot be kept: ENOTDIR/)]);
  });

  it('tells live frames the same without taking anything from the stored ones', async () => {
    const collector = await start();
    fail(1);
    const live = collector.forLive();
    expect((await live.collect(1_000)).ssh!.attempts).toBe(1);
    fail(1);
    expect((await live.collect(2_000)).ssh!.attempts).toBe(1);
    expect((await collector.collect(3_000)).ssh!.attempts).toBe(2);
    expect((await live.collect(3_500)).ssh).toMatchObject({ attempts: 0, window: 2 });
  });

  it('does not wait for the next frame when somebody gets in after failures', async () => {
    const collector = await start();
    const changed = vi.fn();
    collector.onChange = changed;
    fail(4);
    write('sshd', { pid: '1', message: 'Accepted password for ada from 192.0.2.7 port 1 ssh2' });
    await collector.collect(1_000);
    expect(changed).not.toHaveBeenCalled();
    fail(1);
    write('sshd', { pid: '2', message: 'Accepted password for ada from 192.0.2.7 port 2 ssh2' });
    await collector.collect(2_000);
    expect(changed).toHaveBeenCalledOnce();
  });

  it('hands out frames while a flood is read', async () => {
    const collector = await start();
    const lines = Array.from(
      { length: 100_000 },
      (_, n) =>
        `2026-03-10T11:59:58+00:00 alpha sshd[${n}]: Failed password for u${n % 500} from 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} port ${1 + (n % 65_000)} ssh2`,
    );
    appendFileSync(log, `${lines.join('\n')}\n`);
    let told = 0;
    let frames = 0;
    for (; told < 100_000; frames++) told += (await collector.collect((frames + 1) * 1_000)).ssh!.attempts;
    expect(told).toBe(100_000);
    // None of them has waited for the end.
    expect(frames).toBeGreaterThan(1);
  }, 60_000);
});
