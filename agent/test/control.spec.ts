import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collector } from '../src/collectors/collector.js';
import { Remembered } from '../src/control/remembered.js';
import { SettingsInForce } from '../src/control/settings-in-force.js';
import { memoryLog, testAgent, UNWATCHED } from './test-agent.js';
import { TestHub } from './test-hub.js';

let hub: TestHub;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  hub = await TestHub.start();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await hub.kill();
});

async function startAgent(options?: Parameters<typeof testAgent>[1]) {
  const started = testAgent(hub.url, options);
  stops.push(() => started.agent.stop('restart'));
  await started.agent.start();
  await vi.waitFor(() => expect(hub.sockets).toHaveLength(1), seconds(5));
  return started;
}

const seconds = (n: number) => ({ timeout: n * 1000 });
const interval = (ms: number, ...fixed: 'interval'[]) =>
  new SettingsInForce({ ...UNWATCHED, interval: ms }, fixed);

/** Writes down what it is told; a reading says how many were taken of it. */
function watchful() {
  const told: string[][] = [];
  const collector: Collector = {
    name: 'disk',
    collect: () => ({ ram: { used: told.length } }),
    reconfigure: ({ excludeDisks }) => void told.push([...excludeDisks]),
  };
  return { collector, told };
}

describe('what the hub asks for', () => {
  it('is followed without a restart, and told back where it changes the interval', async () => {
    const { collector, told } = watchful();
    const { lines } = await startAgent({ settings: interval(60_000), collectors: [collector] });
    expect(hub.handshakes[0]?.agent).toMatchObject({ interval: 60_000, fixed: [] });
    hub.configure({ settings: { interval: 100, excludeDisks: ['/mnt/*'] }, live: false });
    await vi.waitFor(() => expect(hub.frames.length).toBeGreaterThan(5), seconds(5));
    expect(told).toEqual([['/mnt/*']]);
    expect(hub.facts).toEqual([expect.objectContaining({ interval: 100 })]);
    expect(hub.facts[0]).toEqual({ ...hub.handshakes[0]?.agent, interval: 100 });
    expect(lines).toContainEqual('info: the hub has changed interval, excludeDisks');
    expect(hub.frames.map(({ seq }) => seq)).toEqual(hub.frames.map((_, seq) => seq));
    expect(hub.faults).toEqual([]);
  });

  it('does not count where the host itself says otherwise', async () => {
    hub.config = { settings: { interval: 60_000 }, live: false };
    await startAgent({ settings: interval(50, 'interval') });
    await vi.waitFor(() => expect(hub.frames.length).toBeGreaterThan(5), seconds(5));
    expect(hub.handshakes[0]?.agent).toMatchObject({ interval: 50, fixed: ['interval'] });
    expect(hub.facts).toEqual([]);
  });

  it('is passed over where this version does not understand it, with one line that names it', async () => {
    const { lines } = await startAgent();
    const config = { settings: { interval: 70, colour: 'red', services: 'all' }, live: false, more: 1 };
    for (let i = 0; i < 3; i++) hub.configure(config);
    for (const nonsense of [null, 7, 'x', {}, { settings: [] }]) hub.configure(nonsense);
    hub.configure({ settings: { interval: 80 }, live: false });
    await vi.waitFor(() => expect(hub.facts.at(-1)?.interval).toBe(80), seconds(5));
    expect(lines.filter((line) => line.includes('colour'))).toEqual([
      'warn: the hub asks for what this agent cannot do: ' +
        'colour is not known to this version; services should be a list',
    ]);
  });

  it('is what the next handshake says, and holds over a restart without a hub', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'tocsin-state-'));
    stops.push(async () => rmSync(stateDir, { recursive: true }));
    const remembered = () => new Remembered(stateDir, memoryLog().log);
    const first = remembered();
    const { agent } = testAgent(hub.url, { settings: interval(50), remembered: first });
    await agent.start();
    await vi.waitFor(() => expect(hub.sockets).toHaveLength(1), seconds(5));
    hub.configure({ settings: { interval: 120 }, live: false });
    await vi.waitFor(() => expect(hub.facts).toHaveLength(1), seconds(5));
    hub.sockets[0]?.disconnect(true);
    await vi.waitFor(() => expect(hub.handshakes).toHaveLength(2), seconds(5));
    expect(hub.handshakes[1]?.agent.interval).toBe(120);
    await agent.stop('restart');
    await first.written();

    expect(remembered().told).toMatchObject({ settings: { interval: 120 }, hubOrigin: expect.any(Number) });
  });
});

describe('while somebody watches', () => {
  const rated = (): Collector => {
    const from = (before: number | undefined): Collector => ({
      name: 'cpu',
      collect(now) {
        const passed = before === undefined ? undefined : now - before;
        before = now;
        return passed === undefined ? {} : { cpu: { usage: Math.min(100, passed / 100) } };
      },
      forLive: () => from(before),
    });
    return from(undefined);
  };

  it('live frames come each second beside the stored ones, which go on undisturbed', async () => {
    await startAgent({ settings: interval(2_500), collectors: [rated()] });
    hub.configure({ settings: {}, live: true });
    await vi.waitFor(() => expect(hub.live.length).toBeGreaterThan(0), seconds(1));
    await vi.waitFor(() => expect(hub.frames).toHaveLength(3), seconds(10));
    expect(hub.live.length).toBeGreaterThanOrEqual(5);
    const times = hub.frames.map(({ t }) => t);
    for (const [i, t] of times.slice(1).entries()) expect(Math.abs(t - times[i]! - 2_500)).toBeLessThan(150);
    // A hundredth of the ms that each rate was counted over.
    for (const { cpu } of hub.frames.slice(1)) expect(Math.abs(cpu!.usage - 25)).toBeLessThan(1.5);
    for (const { cpu } of hub.live.slice(2)) expect(Math.abs(cpu!.usage - 10)).toBeLessThan(1.5);
    const all = [...hub.frames, ...hub.live].map(({ t }) => t);
    expect(new Set(all).size).toBe(all.length);
    expect(hub.faults).toEqual([]);
  }, 20_000);

  it('and not any more once the connection was lost or nobody watches', async () => {
    await startAgent({ settings: interval(60_000) });
    hub.configure({ settings: {}, live: true });
    await vi.waitFor(() => expect(hub.live.length).toBeGreaterThan(0), seconds(2));
    hub.config = { settings: {}, live: false };
    hub.sockets[0]?.disconnect(true);
    await vi.waitFor(() => expect(hub.handshakes).toHaveLength(2), seconds(5));
    const before = hub.live.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(hub.live).toHaveLength(before);
  });
});

describe('what must not wait', () => {
  it('brings a frame out of turn, though not two within half a second', async () => {
    const collector: Collector = { name: 'services', collect: () => ({ services: [] }) };
    await startAgent({ settings: interval(60_000), collectors: [collector] });
    for (let i = 0; i < 5; i++) collector.onChange?.();
    await vi.waitFor(() => expect(hub.frames).toHaveLength(1), seconds(2));
    const at = Date.now();
    collector.onChange?.();
    await vi.waitFor(() => expect(hub.frames).toHaveLength(2), seconds(2));
    expect(Date.now() - at).toBeGreaterThan(300);
  });
});

describe('the clock', () => {
  it('of a hub that is an hour behind is what frames carry, and the skew says so', async () => {
    hub.ahead = -3_600_000;
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(hub.lastFrame?.clock).toBeDefined(), seconds(5));
    expect(Math.abs(hub.lastFrame!.clock!.skew - 3_600_000)).toBeLessThan(1_000);
    expect(Math.abs(hub.lastFrame!.t - (Date.now() - 3_600_000))).toBeLessThan(2_000);
    expect(lines.filter((line) => line.includes('ahead of'))).toHaveLength(1);
  });
});

describe('processes', () => {
  it('are listed when the hub asks, and a failure is only a line in the log', async () => {
    const list = { t: 1, byCpu: [], byMemory: [] };
    await startAgent({ processes: async () => list });
    expect(await hub.askProcesses()).toEqual({ ...list, t: expect.any(Number) });
    // It would come to the next hub as well, which asks whoever comes first.
    await stops.pop()!();
    await hub.kill();
    hub = await TestHub.start(hub.port);
    const other = await startAgent({ processes: () => Promise.reject(new Error('no /proc')) });
    void hub.askProcesses();
    await vi.waitFor(() => expect(other.lines.join()).toContain('no /proc'), seconds(5));
  });
});
