import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pastOf } from '../bench/simulate/past.mjs';
import { SimulatedHost } from '../bench/simulate/simulated-host.mjs';
import { Api } from './support/api.js';
import { Hub } from './support/hub.js';
import { Program } from './support/program.js';
import { storedFrames } from './support/stored-frames.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const INTERVAL = 30_000;

let hub: Hub;
let api: Api;
let folder: string;
let keys: string;
/** A round time two days ago, and one an hour ago that every step of the answers divides. */
const from = Math.floor(Date.now() / DAY - 2) * DAY;
const until = Math.floor((Date.now() - 60 * MINUTE) / (20 * MINUTE)) * 20 * MINUTE;

/** Not one of those that follow from the host: the past was sent as frames of these. */
const pastBootIds = new Set(
  [0, 1, 2].flatMap((n) =>
    [
      ...pastOf(new SimulatedHost(n), { from, to: Date.now(), intervalMs: MINUTE, whole: true, size: 500 }),
    ].map(({ bootId }) => bootId),
  ),
);
const isLive = (bootId: string) => !pastBootIds.has(bootId);

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
  folder = await mkdtemp(join(tmpdir(), 'tocsin-simulate-'));
  keys = join(folder, 'keys.json');
});
afterAll(async () => {
  await hub?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function simulate(...args: string[]) {
  const options = ['--hub', hub.url, '--keys', keys, '--interval', String(INTERVAL), ...args];
  const program = new Program('the simulated hosts', 'bench/simulate/main.mjs', options);
  const { code } = await program.ended;
  return { code, output: program.output };
}

it('sends the past of hosts, which the hub then tells as it was', async () => {
  const { token } = await api.enrolmentToken(3);
  const past = ['--from', new Date(from).toISOString(), '--past-only'];
  expect(await simulate('--hosts', '3', '--token', token, ...past)).toMatchObject({ code: 0 });
  expect((await stat(keys)).mode & 0o777).toBe(0o600);

  const hosts = await api.hosts();
  for (const n of [0, 1, 2]) {
    const host = new SimulatedHost(n);
    const { id } = hosts.find(({ name }) => name === host.name)!;
    const { step, series } = await api.history({
      ...{ host: id, metric: 'cpu.usage', points: '300' },
      ...{ from: String(from), to: String(until) },
    });
    const max = new Map<number, number>();
    for (const { frames } of pastOf(host, {
      from,
      to: until,
      intervalMs: INTERVAL,
      whole: true,
      size: 500,
    })) {
      for (const { t, cpu } of frames) {
        const at = Math.floor((t - from) / step);
        max.set(at, Math.max(max.get(at) ?? 0, cpu.usage));
      }
    }
    expect(series[0]!.max).toEqual(series[0]!.max.map((_, at) => max.get(at) ?? null));
  }
}, 120_000);

it('goes on with the same hosts, reports, and says goodbye', async () => {
  const { code, output } = await simulate('--hosts', '3', '--interval', '250', '--for', '3s');
  expect(code, output).toBe(0);
  expect(output).toContain('refused 0');
  const hosts = await api.hosts();
  expect(hosts).toHaveLength(3);
  for (const { presence, simulated } of hosts) {
    expect(presence).toMatchObject({ status: 'stopped', reason: 'shutdown' });
    expect(simulated).toBe(true);
  }
  const [, acknowledged, sent] = /acknowledged (\d+) of (\d+)/.exec(output.split('\n').at(-2)!)!;
  expect(acknowledged).toBe(sent);
  // A hub that stops writes all that it has.
  await hub.stop();
  await hub.start();
  const begun = Date.now() - 60 * MINUTE;
  let stored = 0;
  for (const { id } of hosts) {
    stored += (await storedFrames(hub, id)).filter(({ bootId, t }) => t > begun && isLive(bootId)).length;
  }
  expect(stored).toBe(Number(sent));
}, 60_000);

it('says what to do when a token lets nobody in', async () => {
  const { code, output } = await simulate('--hosts', '4', '--token', 'toce_wrong');
  expect(code).toBe(1);
  expect(output).toContain('does not let hosts enrol');
});
