import { EventEmitter2 } from '@nestjs/event-emitter';
import { LIMITS, type Presence } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { cpu, frame, startIngest, TestAgent } from '../../test/ingest.js';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';
import { HUB_EVENTS } from '../events/hub-events.js';
import { ReadinessService } from '../health/readiness.service.js';
import { HostKeysService } from '../hosts/host-keys.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { LiveService } from '../live/live.service.js';
import { PresenceService } from '../presence/presence.service.js';
import { HistoryService } from '../samples/history.service.js';
import { SamplesService } from '../samples/samples.service.js';

type Hub = Awaited<ReturnType<typeof startIngest>>;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Hub;
const agents: TestAgent[] = [];
let names = 0;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const agent of agents.splice(0)) agent.close();
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

async function newAgent() {
  const { host, key, keyId } = await hub.host(`host-${(names += 1)}`);
  const agent = await connect(key);
  return { agent, host, key, keyId };
}

async function connect(key: string): Promise<TestAgent> {
  const agent = await TestAgent.connected(hub.url, key);
  agents.push(agent);
  return agent;
}

const status = (hostId: string): Presence['status'] => hub.service(PresenceService).of(hostId).status;

/** How many CPU samples of the host there are, in memory and in MongoDB. */
async function samplesOf(hostId: string, from = Date.now() - 600_000): Promise<number> {
  const query = { host: hostId, metric: ['cpu.usage'], from, to: Date.now() + 600_000, points: 2_000 };
  const { series } = await hub.service(HistoryService).query(hub.tenantId, query);
  return series.flatMap(({ avg }) => avg).filter((value) => value !== null).length;
}

describe('the handshake', () => {
  it('lets an agent in and tells it who it is', async () => {
    const { host, key } = await hub.host('welcome');
    const agent = new TestAgent(hub.url, key);
    agents.push(agent);
    expect(await agent.welcomed()).toEqual({ hostId: host.id, name: 'welcome', time: expect.any(Number) });
    expect(status(host.id)).toBe('online');
    expect(hub.service(HostsService).get(host.id)?.facts).toMatchObject({ bootId: agent.bootId });
  });

  it.each([
    ['a key that nobody made', { key: `toc_${'A'.repeat(43)}` }, { code: 'unknown_key' }],
    ['no key', { key: undefined }, { code: 'bad_handshake', field: '/key' }],
    ['a key that is not text', { key: { $ne: '' } }, { code: 'bad_handshake', field: '/key' }],
    [
      'another protocol, whatever it says of itself',
      { protocol: 2, agent: { x: 1 } },
      { code: 'wrong_protocol' },
    ],
    ['a protocol that is not a number', { protocol: '1' }, { code: 'bad_handshake', field: '/protocol' }],
    ['an unknown field', { admin: true }, { code: 'bad_handshake', field: '/admin' }],
    ['facts that are not there', { agent: null }, { code: 'bad_handshake', field: '/agent' }],
  ])('refuses %s and says why', async (_what, introduction, refusal) => {
    const { key } = await hub.host(`refused-${(names += 1)}`);
    const agent = new TestAgent(hub.url, key, introduction);
    await expect(agent.welcomed()).rejects.toMatchObject({
      data: { ...refusal, message: expect.stringMatching(/\w \w/) },
    });
    agent.close();
  });

  it('refuses a key that was revoked', async () => {
    const { host, key, keyId } = await hub.host('revoked');
    await hub.service(HostKeysService).revoke(hub.tenantId, host.id, keyId);
    await expect(new TestAgent(hub.url, key).welcomed()).rejects.toMatchObject({
      data: { code: 'revoked_key' },
    });
  });

  it('refuses everybody as long as the hub is not ready', async () => {
    const { key } = await hub.host('early');
    const ready = hub.service(ReadinessService).notReady('the test says so');
    await expect(new TestAgent(hub.url, key).welcomed()).rejects.toMatchObject({
      data: { code: 'hub_not_ready' },
    });
    ready();
    await connect(key);
  });
});

describe('a frame', () => {
  it('is shown and held against the rules before it is durable, and acknowledged only when it is', async () => {
    const { agent, host } = await newAgent();
    const order: string[] = [];
    vi.spyOn(hub.service(LiveService), 'frame').mockImplementation(() => void order.push('shown'));
    vi.spyOn(hub.service(EvaluationService), 'frame').mockImplementation(() => void order.push('evaluated'));
    vi.spyOn(hub.service(SamplesService), 'append').mockImplementation((_frame, onDurable) => {
      order.push('stored');
      setTimeout(() => {
        order.push('durable');
        onDurable();
      }, 30);
      return true;
    });
    agent.socket.on('ack', () => order.push('acknowledged'));
    agent.send('frame', frame(0));
    await vi.waitFor(() =>
      expect(order).toEqual(['shown', 'evaluated', 'stored', 'durable', 'acknowledged']),
    );
    expect(agent.acks).toMatchObject([{ bootId: agent.bootId, ranges: [[0, 0]] }]);
    expect(Math.abs(agent.acks[0]!.time! - Date.now())).toBeLessThan(10_000);
    expect(status(host.id)).toBe('online');
  });

  it('is in the journal when it is acknowledged', async () => {
    const { agent } = await newAgent();
    agent.send('frame', frame(5));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([5]));
    expect(await database.connection.collection('journal').countDocuments()).toBeGreaterThan(0);
  });

  it('shares its acknowledgement with all that became durable in the same moment', async () => {
    const { agent } = await newAgent();
    for (const seq of [0, 1, 2, 4]) agent.send('frame', frame(seq));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0, 1, 2, 4]));
    expect(agent.acks.length).toBeLessThan(4);
  });

  it('is stored and shown even when the rules fail on it, and the hub says so in its log', async () => {
    const { agent } = await newAgent();
    vi.spyOn(hub.service(EvaluationService), 'frame').mockImplementation(() => {
      throw new Error('a rule broke');
    });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
  });

  it('goes to people and rules, but is kept by the agent, when nothing more can be stored', async () => {
    const { agent } = await newAgent();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    vi.spyOn(hub.service(SamplesService), 'full', 'get').mockReturnValue(true);
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.refusals).toMatchObject([{ code: 'rate_limited', seq: 0 }]));
    expect(shown).toHaveBeenCalledOnce();
    agent.send('frames', { bootId: agent.bootId, frames: [frame(1)] });
    await vi.waitFor(() => expect(agent.refusals).toHaveLength(2));
    expect(agent.acks).toEqual([]);
  });
});

const disk = { mount: '/', size: 1, used: 1, available: 0 };
const long = 'x'.repeat(LIMITS.nameLength + 1);

describe('bad input', () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    ['NaN', { cpu: { ...cpu, usage: NaN } }, { code: 'invalid', field: '/cpu/usage' }],
    ['a string for a number', { cpu: { ...cpu, load1: '1' } }, { code: 'invalid', field: '/cpu/load1' }],
    ['an unknown field', { gpu: 1 }, { code: 'invalid', field: '/gpu' }],
    [
      'a polluting name',
      JSON.parse('{"__proto__":{"admin":true}}'),
      { code: 'invalid', field: '/__proto__' },
    ],
    ['binary for a part', { cpu: Buffer.from('cpu') }, { code: 'invalid' }],
    ['a disk twice', { disks: [disk, disk] }, { code: 'invalid' }],
    [
      'an over-long name',
      { disks: [{ ...disk, mount: long }] },
      { code: 'invalid', field: '/disks/0/mount' },
    ],
    ['too many disks', { disks: Array(LIMITS.mounts + 1).fill(disk) }, { code: 'invalid', field: '/disks' }],
    ['a time in the future', { t: Date.now() + 2 * LIMITS.futureMs }, { code: 'future', field: '/t' }],
    ['a time long past', { t: Date.now() - 2 * LIMITS.pastMs }, { code: 'too_old', field: '/t' }],
  ])('%s is refused by name, and nothing of it is stored or shown', async (_what, wrong, refusal) => {
    const { agent, host } = await newAgent();
    const neighbour = await newAgent();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    const input = Object.assign(Object.create(null), frame(7));
    for (const [name, value] of Object.entries(wrong as object)) {
      Object.defineProperty(input, name, { value, enumerable: true });
    }
    agent.send('frame', input);
    neighbour.agent.send('frame', frame(0));
    await vi.waitFor(() =>
      expect(agent.refusals).toMatchObject([{ ...refusal, seq: 7, bootId: agent.bootId }]),
    );
    expect(agent.refusals[0]!.message).toMatch(/\w \w/);
    await vi.waitFor(() => expect(neighbour.agent.acknowledged).toEqual([0]));
    expect(neighbour.agent.refusals).toEqual([]);
    expect(shown).toHaveBeenCalledOnce();
    expect(await samplesOf(host.id)).toBe(0);
    expect(agent.acks).toEqual([]);
    expect(agent.socket.connected).toBe(true);
  });

  it.each<[string, string, unknown[]]>([
    ['nothing', 'frame', []],
    ['an array', 'frame', [[1, 2]]],
    ['bytes', 'frame', [Buffer.from('frame')]],
    ['a goodbye without a reason', 'bye', [{}]],
    ['a batch that is none', 'frames', [{ bootId: 'x', frames: [] }]],
    ['an event that does not exist', 'config', [{}]],
    ['an event whose name is a number', 5 as unknown as string, []],
  ])('%s is refused and the connection lives on', async (_what, event, args) => {
    const { agent, host } = await newAgent();
    agent.send(event, ...args);
    await vi.waitFor(() => expect(agent.refusals).toMatchObject([{ code: 'invalid' }]));
    agent.send('frame', frame(1));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([1]));
    expect(status(host.id)).toBe('online');
  });

  it('a fault of the hub itself costs one frame and not the hub', async () => {
    const { agent } = await newAgent();
    vi.spyOn(hub.service(SamplesService), 'append').mockImplementationOnce(() => {
      throw new Error('a fault');
    });
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.refusals).toMatchObject([{ code: 'rate_limited' }]));
    agent.send('frame', frame(1));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([1]));
  });

  it('a field name as long as a message is cut in the answer', async () => {
    const { agent } = await newAgent();
    agent.send('frame', { ...frame(0), ['x'.repeat(100_000)]: 1 });
    await vi.waitFor(() => expect(agent.refusals).toHaveLength(1));
    expect(JSON.stringify(agent.refusals[0]).length).toBeLessThan(1_000);
  });

  it('a message beyond the size limit ends the connection of its sender only', async () => {
    const { agent, host } = await newAgent();
    const neighbour = await newAgent();
    const closed = agent.closed();
    agent.send('frame', { ...frame(0), note: 'x'.repeat(LIMITS.messageBytes) });
    await closed;
    await vi.waitFor(() => expect(status(host.id)).toBe('lost'));
    neighbour.agent.send('frame', frame(0));
    await vi.waitFor(() => expect(neighbour.agent.acknowledged).toEqual([0]));
  });

  it('10,000 frames in one second are held back, counted in the log, and slow nobody', async () => {
    const { agent, host } = await newAgent();
    const neighbour = await newAgent();
    for (let seq = 0; seq < 10_000; seq += 1) agent.send('frame', frame(seq));
    neighbour.agent.send('frame', frame(0));
    await vi.waitFor(() => expect(neighbour.agent.acknowledged).toEqual([0]), 10_000);
    await vi.waitFor(() =>
      expect(agent.refusals).toContainEqual(expect.objectContaining({ code: 'rate_limited' })),
    );
    await vi.waitFor(
      () => expect(agent.acknowledged.length).toBeGreaterThanOrEqual(LIMITS.framesBurst),
      10_000,
    );
    expect(agent.acknowledged.length).toBeLessThan(1_000);
    const lines = hub.warnings.filter((line) => line.includes('rate_limited') && line.includes(host.name));
    expect(lines).toHaveLength(1);
  });
});

describe('a backlog', () => {
  it('fills the history, is acknowledged, and neither shown nor held against the rules', async () => {
    const { agent, host } = await newAgent();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    const evaluated = vi.spyOn(hub.service(EvaluationService), 'frame');
    const earlier = 'f'.repeat(16);
    const begin = Date.now() - 100_000;
    const frames = Array.from({ length: 50 }, (_, seq) => frame(seq, { t: begin + seq * 1_000 }));
    agent.send('frames', { bootId: earlier, frames });
    await vi.waitFor(() => expect(agent.acks).toMatchObject([{ bootId: earlier, ranges: [[0, 49]] }]));
    expect(await samplesOf(host.id)).toBe(50);
    expect(shown).not.toHaveBeenCalled();
    expect(evaluated).not.toHaveBeenCalled();
  });

  it('is stored once however often it is sent', async () => {
    const { agent, host } = await newAgent();
    const batch = { bootId: agent.bootId, frames: [frame(0)] };
    agent.send('frames', batch);
    agent.send('frame', batch.frames[0]);
    agent.send('frames', batch);
    await vi.waitFor(() => expect(agent.acknowledged).toContain(0));
    await hub.service(SamplesService).commit();
    expect(await samplesOf(host.id)).toBe(1);
  });

  it('loses only the frames that are wrong, each refused by its number and place', async () => {
    const { agent } = await newAgent();
    const frames = [frame(0), { ...frame(1), x: 1 }, frame(2, { t: 0 }), frame(3)];
    agent.send('frames', { bootId: agent.bootId, frames });
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0, 3]));
    expect(agent.refusals).toMatchObject([
      { code: 'invalid', field: '/frames/1/x', seq: 1 },
      { code: 'too_old', seq: 2 },
    ]);
  });

  it('of which every frame is wrong is answered whole, in one message', async () => {
    const { agent } = await newAgent();
    const frames = Array.from({ length: LIMITS.batchFrames }, (_, seq) => frame(seq, { t: 0 }));
    agent.send('frames', { bootId: agent.bootId, frames });
    await vi.waitFor(() => expect(agent.refusals).toHaveLength(1));
    expect(agent.refusals).toMatchObject([{ code: 'too_old', seq: 0, ranges: [[0, 499]] }]);
  });

  it('is held back when there is more of it than the hub takes at once', async () => {
    const { agent } = await newAgent();
    const frames = Array.from({ length: LIMITS.batchFrames }, (_, seq) => ({ seq, t: Date.now() }));
    const batches = LIMITS.backlogBurst / LIMITS.batchFrames + 10;
    for (let i = 0; i < batches; i += 1) agent.send('frames', { bootId: agent.bootId, frames });
    await vi.waitFor(() =>
      expect(agent.refusals).toContainEqual(expect.objectContaining({ code: 'rate_limited' })),
    );
  });
});

describe('the end of a connection', () => {
  it('makes the host lost at once', async () => {
    const { agent, host } = await newAgent();
    agent.close();
    await vi.waitFor(() => expect(status(host.id)).toBe('lost'));
  });

  it('after a goodbye leaves the host stopped, and the goodbye is answered when it was heard', async () => {
    const { agent, host } = await newAgent();
    await agent.socket.timeout(5_000).emitWithAck('bye', { reason: 'reboot' });
    expect(status(host.id)).toBe('stopped');
    agent.close();
    const again = await connect((await hub.service(HostKeysService).create(hub.tenantId, host.id)).key);
    expect(status(host.id)).toBe('online');
    expect(again.refusals).toEqual([]);
  });

  it('comes to the first of two agents with one key, and the host stays online', async () => {
    const { agent: first, host, key } = await newAgent();
    const changes: string[] = [];
    const closed = first.closed();
    vi.spyOn(hub.service(HostsService), 'savePresence').mockImplementation(
      (_id, { status: to }) => void changes.push(to),
    );
    const second = await connect(key);
    await closed;
    expect(first.refusals).toMatchObject([{ code: 'replaced' }]);
    second.send('frame', frame(0));
    await vi.waitFor(() => expect(second.acknowledged).toEqual([0]));
    expect(changes).toEqual([]);
    expect(status(host.id)).toBe('online');
  });

  it('comes at once when the key is revoked', async () => {
    const { agent, host, keyId } = await newAgent();
    const closed = agent.closed();
    await hub.service(HostKeysService).revoke(hub.tenantId, host.id, keyId);
    await closed;
    expect(agent.refusals).toMatchObject([{ code: 'revoked_key' }]);
  });

  it('comes when the host is removed, and its history goes', async () => {
    const { agent, host } = await newAgent();
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    const closed = agent.closed();
    await hub.service(HostsService).remove(hub.tenantId, host.id);
    await closed;
    expect(hub.service(SamplesService).inMemory(host.id, 0, Infinity)).toEqual([]);
  });
});

describe('a stop of the hub', () => {
  it('acknowledges what it took, calls nobody lost, and another start has every frame', async () => {
    const own = await freshDatabase();
    const first = await startIngest(own.uri, { journalIntervalMs: 1 << 30 });
    const { host, key } = await first.host('survivor');
    const agent = await TestAgent.connected(first.url, key);
    const presence: string[] = [];
    first
      .service(EventEmitter2)
      .on(HUB_EVENTS.presenceChanged, (c: { presence: Presence }) => presence.push(c.presence.status));
    agent.send('frame', frame(0));
    await vi.waitFor(() =>
      expect(first.service(SamplesService).inMemory(host.id, 0, Infinity)).toHaveLength(1),
    );
    await first.stop();
    expect(agent.acknowledged).toEqual([0]);
    expect(presence).toEqual([]);
    const second = await startIngest(own.uri);
    expect(await own.connection.collection('minutes').countDocuments()).toBe(1);
    expect(await own.connection.collection('journal').countDocuments()).toBe(0);
    expect(second.service(PresenceService).of(host.id).status).toBe('stale');
    await second.stop();
    await own.drop();
  });
});
