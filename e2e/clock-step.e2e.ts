import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Api, type CreatedHost } from './support/api.js';
import { FakeTime } from './support/fake-time.js';
import { record } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { Program } from './support/program.js';

const HOUR_S = 3_600;
const INTERVAL_MS = 500;
/** A frame is late on a machine that has much else to do; a hole would be an hour. */
const LATE_MS = 5_000;

let hub: Hub;
let api: Api;
let host: CreatedHost;
let time: FakeTime;
let stateDir: string;
let agent: Program;

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
});
afterAll(() => hub?.remove());
beforeEach(async () => {
  host = await api.createHost(`stepped-${Date.now()}`);
  time = new FakeTime();
  stateDir = mkdtempSync(join(tmpdir(), 'tocsin-state-'));
});
afterEach(async () => {
  await agent.stop('SIGKILL');
  time.remove();
  rmSync(stateDir, { recursive: true });
});

const start = () => {
  const flags = ['--hub', hub.url, '--key', host.key.key, '--interval', `${INTERVAL_MS}ms`];
  agent = new Program('the agent', 'agent/dist/main.js', [...flags, '--state-dir', stateDir], time.env);
};

/** Watches the host, and writes down each frame with the time at which it came. */
async function watch() {
  const client = await LiveClient.connect(hub.url, api.token);
  await client.watchHost(host.host.id);
  const frames: { at: number; t: number; skew: number | undefined }[] = [];
  client.each('frame', ({ frame: { t, clock } }) => frames.push({ at: Date.now(), t, skew: clock?.skew }));
  const more = (count: number) => {
    const goal = frames.length + count;
    return vi.waitFor(() => expect(frames.length).toBeGreaterThanOrEqual(goal), { timeout: 30_000 });
  };
  return { client, frames, more };
}

it('a clock that is set by an hour, to and fro, moves no frame and holds up none', async () => {
  start();
  const { client, frames, more } = await watch();
  await more(4);
  for (const seconds of [HOUR_S, -HOUR_S, 0]) {
    time.set(seconds);
    await more(6);
    expect(Math.abs(frames.at(-1)!.skew! - seconds * 1000)).toBeLessThan(1_000);
  }
  client.close();

  let [gap, off] = [0, 0];
  for (const [i, { at, t }] of frames.entries()) {
    off = Math.max(off, Math.abs(at - t));
    if (i === 0) continue;
    expect(t).toBeGreaterThan(frames[i - 1]!.t);
    gap = Math.max(gap, at - frames[i - 1]!.at);
  }
  expect(off).toBeLessThan(LATE_MS);
  expect(gap).toBeLessThan(LATE_MS);
  record('clock set by an hour → longest gap between frames at 500 ms, ms', gap);

  expect(agent.output.match(/this host's clock was set .*/g)).toEqual([
    "this host's clock was set forward by 3600 s",
    "this host's clock was set back by 7200 s",
    "this host's clock was set forward by 3600 s",
  ]);
  expect(agent.output).toContain("3600 s ahead of the hub's");
  expect(agent.output).toContain("this host's clock is right again");
  expect(agent.output).not.toContain('refused');
});

it('an agent that starts with a wrong clock and without a hub still knows what time it is', async () => {
  start();
  const before = await watch();
  await before.more(4);
  before.client.close();
  await hub.kill();
  await agent.stop('SIGKILL');
  const down = Date.now();
  time.set(HOUR_S);
  start();
  await vi.waitFor(() => expect(agent.output).toContain('trying again'), { timeout: 30_000 });
  await vi.waitFor(() => expect(agent.output).toContain("3600 s ahead of the hub's"), { timeout: 30_000 });
  const back = Date.now();
  await hub.start();
  const { client, more } = await watch();
  await more(6);
  client.close();

  expect(agent.output).not.toContain('refused');
  // Nothing in the hour that never was.
  await vi.waitFor(
    async () => {
      const query = { host: host.host.id, metric: 'ram.used', from: String(down), points: '1000' };
      const { from, step, series } = await api.history({ ...query, to: String(down + 2 * HOUR_S * 1000) });
      const times = series.flatMap(({ max }) =>
        max.flatMap((value, i) => (value === null ? [] : [from + i * step])),
      );
      expect(times.some((t) => t <= back)).toBe(true);
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() + step);
    },
    { timeout: 30_000, interval: 500 },
  );
});
