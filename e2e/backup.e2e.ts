import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AgentClient } from './support/agent-client.js';
import { Api, type CreatedHost } from './support/api.js';
import { record } from './support/figures.js';
import { fullFrame } from './support/full-frame.js';
import { Hub } from './support/hub.js';
import { storedFrames } from './support/stored-frames.js';

const MINUTE = 60_000;
const PATIENCE = { timeout: 60_000, interval: 50 };

let hub: Hub;
let other: Hub;
let folder: string;
let file: string;
beforeAll(async () => {
  [hub, other] = [await Hub.start(), await Hub.prepare()];
  folder = await mkdtemp(join(tmpdir(), 'tocsin-backup-e2e-'));
  file = join(folder, 'backup');
});
afterAll(async () => {
  await hub?.remove();
  await other?.remove();
  await rm(folder, { recursive: true, force: true });
});

const usageOf = (seq: number): number => ((seq * 37) % 1000) / 10;

/** Reports without a pause, a second of its own time each 50 ms. */
function busy(client: AgentClient): { stop: () => void } {
  const begin = Date.now() - 60 * MINUTE;
  const ticking = setInterval(() => {
    client.measure(usageOf(client.frames.length), begin + client.frames.length * 1_000);
  }, 50);
  return { stop: () => clearInterval(ticking) };
}

/** Three hours of everything that a frame can have, a frame each ten seconds. */
async function settled(url: string, { key }: CreatedHost): Promise<void> {
  const client = new AgentClient(url, key.key);
  const end = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
  await client.welcomed();
  for (let t = end - 180 * MINUTE; t < end; t += 10_000) {
    client.frames.push({ seq: client.frames.length, ...fullFrame(t) });
    if (client.frames.length % 60 !== 0) continue;
    client.socket.emit('frames', { bootId: client.bootId, frames: client.frames.slice(-60) });
    await vi.waitFor(() => expect(client.unacknowledged).toHaveLength(0), PATIENCE);
  }
  client.socket.emit('bye', { reason: 'shutdown' }, () => {});
  client.close();
}

/** What people would miss; `now` is a full minute, in UTC ms. */
async function seen(api: Api, hostId: string, now: number) {
  const metric = ['cpu.usage', 'disk.usage', 'device.write', 'ram.used'];
  const history = await Promise.all(
    [15, 60, 360, 1_440, 10_080].map((minutes) => {
      const query = new URLSearchParams({
        host: hostId,
        from: String(now - minutes * MINUTE),
        to: String(now),
      });
      for (const one of metric) query.append('metric', one);
      return api.history(query as never);
    }),
  );
  const { incidents } = await api.incidents();
  const hosts = (await api.hosts()).map(({ id, name, tags }) => ({ id, name, tags }));
  return { history, incidents, hosts, rules: await api.rules() };
}

describe('a backup of a hub that goes on working', { timeout: 180_000 }, () => {
  it('brings back everything that was acknowledged before it began', async () => {
    const api = await Api.setUp(hub);
    const old = await api.createHost('settled', ['db']);
    const live = await api.createHost('busy');
    const dead = await api.createHost('dead');
    await settled(hub.url, old);
    const gone = new AgentClient(hub.url, dead.key.key);
    await gone.welcomed();
    gone.socket.io.engine.close();
    gone.close();
    const client = new AgentClient(hub.url, live.key.key);
    await client.welcomed();
    const reporting = busy(client);
    await vi.waitFor(() => expect(client.acknowledged.size).toBeGreaterThan(200), PATIENCE);
    await vi.waitFor(async () => expect((await api.incidents()).incidents).not.toEqual([]), PATIENCE);

    const before = [...client.acknowledged];
    const began = performance.now();
    const made = await hub.command('backup', '--to', file);
    record('backup of a working hub, in ms', Math.round(performance.now() - began));
    expect(made).toMatchObject({ code: 0 });
    expect(made.output).toContain('Keep it like a password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(client.acknowledged.size).toBeGreaterThan(before.length);
    reporting.stop();
    client.close();
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const should = await seen(api, old.host.id, now);
    const [longest] = should.history.slice(-1);
    expect(longest!.series.find(({ metric }) => metric === 'cpu.usage')!.avg).toContain(42);

    expect(await other.command('restore', file)).toMatchObject({ code: 0 });
    await other.start();
    expect(() => other.setupUrl).toThrow('set up already');
    const back = await Api.signIn(other.url);
    expect(await seen(back, old.host.id, now)).toEqual(should);

    const returning = new AgentClient(other.url, live.key.key);
    await returning.welcomed();
    returning.close();
    await other.stop();
    await other.start();
    const there = new Set(
      (await storedFrames(other, live.host.id))
        .filter(({ bootId }) => bootId === client.bootId)
        .map(({ seq }) => seq),
    );
    expect(before.filter((seq) => !there.has(seq))).toEqual([]);
    expect(await storedFrames(other, old.host.id)).toHaveLength(1_080);
  });

  it('is refused by a hub that runs, and does no harm when it is damaged', async () => {
    expect(await other.command('restore', '--replace', file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('A hub runs on this database'),
    });
    await other.stop();
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    expect(await other.command('restore', '--replace', file)).toMatchObject({
      code: 1,
      output: expect.stringContaining(`${file} cannot be restored: it is cut off`),
    });
    await other.start();
    expect((await (await Api.signIn(other.url)).hosts()).map(({ name }) => name).sort()).toEqual([
      ...['busy', 'dead', 'settled'],
    ]);
    expect(await other.command('doctor')).toMatchObject({ code: 0 });
  });
});
