import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShownFrame } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Api } from './support/api.js';
import { spread, record } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { ROOT } from './support/places.js';
import { Program } from './support/program.js';

const MAIN = 'agent/dist/main.js';
const waiting = { timeout: 30_000, interval: 100 };

let hub: Hub;
let api: Api;
let folder: string;
const programs: Program[] = [];

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
  folder = mkdtempSync(join(tmpdir(), 'tocsin-control-'));
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop('SIGKILL')));
  await hub?.remove();
  rmSync(folder, { recursive: true });
});

/** Runs the agent's program to its end. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const ended = promisify(execFile)(process.execPath, [join(ROOT, MAIN), ...args]);
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );
}

function start(...args: string[]): Program {
  const program = new Program('the agent', MAIN, args);
  programs.push(program);
  return program;
}

it('a host enrols with a token, once, and reports with the key that it got', async () => {
  const { token } = await api.enrolmentToken(1);
  const [keyFile, config] = [join(folder, 'etc/key'), join(folder, 'etc/agent.yaml')];
  const files = ['--config', config, '--key-file', keyFile];
  const enrol = (...more: string[]) =>
    run('enrol', ...files, '--hub', hub.url, '--token', token, '--name', 'enrolled', ...more);
  const done = await enrol();
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('This host is enrolled in the hub') });
  expect(done.out).not.toContain(readFileSync(keyFile, 'utf8').trim());
  const again = await enrol('--force');
  expect(again).toMatchObject({ code: 3, err: expect.stringContaining('Make a new one in the hub.') });

  const state = join(folder, 'enrolled');
  const agent = start(...files, '--state-dir', state);
  await vi.waitFor(async () => {
    const { code, out } = await run('status', '--state-dir', state);
    expect(out).toContain('as enrolled');
    expect(code).toBe(0);
  }, waiting);
  await agent.stop();
});

it('an agent with nothing but a token becomes a host, and stays it', async () => {
  const { token } = await api.enrolmentToken(1);
  const state = join(folder, 'container');
  const flags = ['--hub', hub.url, '--token', token, '--name', 'container', '--state-dir', state];
  const connected = () =>
    vi.waitFor(async () => {
      expect((await run('status', '--state-dir', state)).out).toContain('as container');
    }, waiting);
  const first = start(...flags);
  await connected();
  await first.stop();
  const second = start(...flags);
  await connected();
  expect(second.output).not.toContain('enrol');
  await second.stop();
});

it('the hub sets how often frames are stored, and each second comes while somebody watches', async () => {
  const { host, key } = await api.createHost('paced');
  await api.setHost(host.id, { interval: 5_000, excludeDisks: ['*'] });
  const state = join(folder, 'paced');
  const agent = start('--hub', hub.url, '--key', key.key, '--state-dir', state, '--exclude-interfaces', 'x*');
  const status = async () => (await run('status', '--state-dir', state)).out;
  await vi.waitFor(async () => expect(await status()).toContain('5 s (set in the hub)'), waiting);

  const client = await LiveClient.connect(hub.url, api.token);
  const seen: { at: number; frame: ShownFrame }[] = [];
  client.each('frame', ({ frame }) => seen.push({ at: Date.now(), frame }));
  const asked = Date.now();
  await client.watchHost(host.id);
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(15), waiting);
  record('somebody looks at a host with a 5 s interval → its first live frame, ms', seen[0]!.at - asked);
  expect(await status()).toContain('each second while somebody watches');
  const live = seen.filter(({ frame }) => !('seq' in frame));
  const stored = seen.filter(({ frame }) => 'seq' in frame);
  const gaps = (times: number[]) => times.slice(1).map((t, i) => t - times[i]!);
  record('between two live frames, ms', spread(gaps(live.map(({ frame }) => frame.t))));
  for (const gap of gaps(stored.map(({ frame }) => frame.t))) expect(Math.abs(gap - 5_000)).toBeLessThan(500);
  for (const { frame } of live.slice(1)) expect(frame).toMatchObject({ cpu: { usage: expect.any(Number) } });
  expect(seen.every(({ frame }) => frame.disks === undefined)).toBe(true);

  client.close();
  await vi.waitFor(async () => expect(await status()).not.toContain('somebody watches'), waiting);
  await api.setHost(host.id, {});
  await vi.waitFor(async () => expect(await status()).toContain('1 s (default)'), waiting);
  expect(agent.output).not.toContain('refused');
  await agent.stop();
});
