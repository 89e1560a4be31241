import { AGENT_NAMESPACE, type AgentConfig, LIMITS } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { cpu, frame, startIngest, TestAgent } from '../../test/ingest.js';
import { TestBrowser } from '../../test/live.js';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { HostWatchers } from '../live/host-watchers.js';
import { LiveService } from '../live/live.service.js';
import { PresenceService } from '../presence/presence.service.js';
import { HistoryService } from '../samples/history.service.js';

interface Emitter {
  once: (event: string, listener: (reason: unknown) => void) => void;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
const open: { close(): void }[] = [];
let names = 0;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) one.close();
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

async function newAgent() {
  const made = await hub.host(`told-${(names += 1)}`);
  const agent = await TestAgent.connected(hub.url, made.key);
  open.push(agent);
  return { agent, ...made };
}
async function browse(tenantId?: string) {
  const browser = await TestBrowser.connected(hub.url, await hub.viewer(tenantId));
  open.push(browser);
  return browser;
}
const told = (agent: TestAgent, count: number): Promise<AgentConfig[]> =>
  vi.waitFor(() => {
    expect(agent.configs).toHaveLength(count);
    return agent.configs;
  });
/** Much later, as far as those who watch are concerned. */
const someSecondsPass = () => hub.service(HostWatchers).sweep(Date.now() + 10_000);
/** Step by step: a leap would be taken for a hub that stood still. */
const silence = (seconds: number) => {
  const now = Date.now();
  for (let s = 1; s <= seconds; s += 1) hub.service(PresenceService).tick(now + s * 1_000);
};
const liveFrame = (parts = {}) => {
  const { seq: _seq, ...live } = frame(0, parts);
  return live;
};

describe('a connection', () => {
  it('is closed when its agent leaves the namespace and would keep the rest', async () => {
    const { agent } = await newAgent();
    const manager = agent.socket.io as unknown as Emitter & { _packet: (packet: object) => void };
    const closed = new Promise((resolve) => manager.once('close', resolve));
    manager._packet({ type: 1, nsp: AGENT_NAMESPACE });
    await closed;
  });
});

describe('the configuration', () => {
  it('is told to an agent right after its welcome', async () => {
    const { host, key } = await hub.host('configured');
    const settings = { interval: 5_000, services: ['nginx', 'docker-*'] };
    await hub.service(HostsService).update(hub.tenantId, host.id, { settings });
    const agent = new TestAgent(hub.url, key);
    open.push(agent);
    const heard: string[] = [];
    agent.socket.onAny((event: string) => heard.push(event));
    expect(await told(agent, 1)).toEqual([{ settings, live: false }]);
    expect(heard).toEqual(['welcome', 'config']);
  });

  it('is told again, as a whole, when the settings of the host change, and only then', async () => {
    const { agent, host } = await newAgent();
    const hosts = hub.service(HostsService);
    await hosts.update(hub.tenantId, host.id, { settings: { interval: 2_000 } });
    await hosts.update(hub.tenantId, host.id, { tags: ['prod'] });
    await hosts.update(hub.tenantId, host.id, { settings: { interval: 2_000 } });
    await hosts.update(hub.tenantId, host.id, { settings: { excludeDisks: ['/mnt/*'] } });
    expect(await told(agent, 3)).toEqual([
      { settings: {}, live: false },
      { settings: { interval: 2_000 }, live: false },
      { settings: { excludeDisks: ['/mnt/*'] }, live: false },
    ]);
  });

  it('asks for live frames while somebody watches the host', async () => {
    const { agent, host } = await newAgent();
    const other = await newAgent();
    const [first, second] = [await browse(), await browse()];
    await first.host(host.id);
    expect((await told(agent, 2))[1]).toEqual({ settings: {}, live: true });
    await second.host(host.id);
    first.close();
    second.socket.emit('unwatchHost', { hostId: host.id });
    await vi.waitFor(() => {
      someSecondsPass();
      expect(agent.configs).toHaveLength(3);
    });
    expect(agent.configs[2]).toEqual({ settings: {}, live: false });
    expect(other.agent.configs).toHaveLength(1);
  });

  it('does not flap when a page is loaded again', async () => {
    const { agent, host } = await newAgent();
    const before = await browse();
    await before.host(host.id);
    await told(agent, 2);
    before.close();
    const after = await browse();
    await after.host(host.id);
    someSecondsPass();
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(after.frames).toEqual([0]));
    expect(agent.configs).toHaveLength(2);
  });

  it('says so to an agent that comes while its host is watched', async () => {
    const { host, key } = await hub.host('watched-before');
    await (await browse()).host(host.id);
    const agent = await TestAgent.connected(hub.url, key);
    open.push(agent);
    expect(await told(agent, 1)).toEqual([{ settings: {}, live: true }]);
  });

  it('knows no watcher from another tenant', async () => {
    const { agent, host } = await newAgent();
    const stranger = await browse('f'.repeat(24));
    expect(await stranger.host(host.id)).toMatchObject({ error: { code: 'not_found' } });
    expect(hub.service(HostWatchers).watches(host.id)).toBe(false);
    expect(agent.configs).toHaveLength(1);
  });
});

describe('a live frame', () => {
  it('is shown to whoever watches and in the overview, and is neither stored, evaluated nor answered', async () => {
    const { agent, host } = await newAgent();
    const browser = await browse();
    await browser.overview();
    await browser.host(host.id);
    const evaluated = vi.spyOn(hub.service(EvaluationService), 'frame');
    const live = liveFrame({ cpu: { ...cpu, usage: 42 } });
    agent.send('live', live);
    await vi.waitFor(() => expect(browser.frames).toEqual([undefined]));
    await vi.waitFor(() =>
      expect(browser.deltas.flatMap((delta) => delta.hosts)).toContainEqual(
        expect.objectContaining({ id: host.id, summary: expect.objectContaining({ cpu: 42 }) }),
      ),
    );
    expect(await browser.host(host.id)).toMatchObject({ frames: [live], latest: live });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(evaluated).toHaveBeenCalledTimes(1);
    const query = { host: host.id, metric: ['cpu.usage'], from: Date.now() - 60_000, to: Date.now() + 1_000 };
    const { series } = await hub.service(HistoryService).query(hub.tenantId, query);
    expect(series.flatMap(({ max }) => max).filter((value) => value !== null)).toEqual([1]);
    expect(agent.refusals).toEqual([]);
  });

  it('is a sign of life', async () => {
    const { agent, host } = await newAgent();
    const presence = hub.service(PresenceService);
    silence(4);
    expect(presence.of(host.id).status).toBe('stale');
    agent.send('live', liveFrame());
    await vi.waitFor(() => expect(presence.of(host.id).status).toBe('online'), { timeout: 10_000 });
  });

  it.each<[string, Record<string, unknown>]>([
    ['with a number', { seq: 1 }],
    ['with an unknown field', { gpu: 1 }],
    ['from the future', { t: Date.now() + 2 * LIMITS.futureMs }],
    ['that names an interface twice', twice()],
  ])('%s is dropped and counted in the log, and nothing else', async (_what, wrong) => {
    const { agent, host } = await newAgent();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    agent.send('live', { ...liveFrame(), ...wrong });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(shown).toHaveBeenCalledTimes(1);
    expect(agent.refusals).toEqual([]);
    expect(hub.warnings.filter((line) => line.includes(`from ${host.name}:`))).toHaveLength(1);
  });

  it('in a flood is held back, and holds up no frame that is to be stored', async () => {
    const { agent } = await newAgent();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    for (let i = 0; i < 1_000; i += 1) agent.send('live', liveFrame());
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(shown.mock.calls.length).toBeLessThan(2 * LIMITS.framesBurst);
    expect(agent.refusals).toEqual([]);
  });
});

describe('new facts', () => {
  it('are shown to people, and the hub waits as long for a frame as they say', async () => {
    const { agent, host } = await newAgent();
    const fixed = ['interval'] as const;
    agent.send('facts', { ...agent.facts, interval: 60_000, fixed });
    const facts = () => hub.service(HostsService).get(host.id)?.facts;
    await vi.waitFor(() => expect(facts()).toMatchObject({ interval: 60_000, fixed }));
    const presence = hub.service(PresenceService);
    silence(10);
    expect(presence.of(host.id).status).toBe('online');
    const snapshot = await (await browse()).overview();
    const shown = snapshot.hosts.find(({ id }) => id === host.id)?.facts;
    expect(shown).toMatchObject({ interval: 60_000, fixed });
    expect(shown).not.toHaveProperty('bootId');
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another start', { bootId: 'f'.repeat(16) }],
    ['that are wrong', { interval: 1 }],
  ])('%s change nothing', async (_what, wrong) => {
    const { agent, host } = await newAgent();
    agent.send('facts', { ...agent.facts, hostname: 'changed', ...wrong });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(hub.service(HostsService).get(host.id)?.facts).toEqual(agent.facts);
    expect(agent.refusals).toEqual([]);
    expect(hub.warnings.filter((line) => line.includes(`from ${host.name}:`))).toHaveLength(1);
  });

  it('in a flood reach the database now and then only', async () => {
    const { agent } = await newAgent();
    const introduced = vi.spyOn(hub.service(HostsService), 'introduced');
    for (let i = 0; i < 200; i += 1) agent.send('facts', { ...agent.facts, hostname: `flood-${i}` });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(introduced.mock.calls.length).toBeLessThan(20);
  });
});

function twice() {
  const eth0 = { name: 'eth0', in: 1, out: 1 };
  return { network: { in: 1, out: 1, interfaces: [eth0, eth0] } };
}
