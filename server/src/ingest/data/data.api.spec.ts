import { gzipSync } from 'node:zlib';
import { LIMITS, POSTED_PAST_MS, type Presence } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXAMPLE, startDataHub } from '../../../test/data.js';
import { cpu, frame, TestAgent } from '../../../test/ingest.js';
import { EvaluationService } from '../../alerting/evaluation/evaluation.service.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { LiveService } from '../../live/live.service.js';
import { PresenceService } from '../../presence/presence.service.js';
import { RetentionService } from '../../samples/retention/retention.service.js';
import { SamplesService } from '../../samples/samples.service.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const BOOT = '0123456789abcdef';

let hub: Awaited<ReturnType<typeof startDataHub>>;
const agents: TestAgent[] = [];

beforeAll(async () => {
  hub = await startDataHub();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const agent of agents.splice(0)) agent.close();
});
afterAll(() => hub?.stop());

async function connect(key: string): Promise<TestAgent> {
  const agent = await TestAgent.connected(hub.url, key);
  agents.push(agent);
  return agent;
}
const status = (hostId: string): Presence['status'] => hub.service(PresenceService).of(hostId).status;
const spies = () => ({
  shown: vi.spyOn(hub.service(LiveService), 'frame'),
  evaluated: vi.spyOn(hub.service(EvaluationService), 'frame'),
});
/** CPU values of the last days, in order. */
const cpuOf = async (hostId: string, from = Date.now() - 10 * MINUTE) =>
  (await hub.values(hostId, ['cpu.usage'], from, from + 20 * MINUTE))['cpu.usage'] ?? [];
/** All that was received is written, as it is once its time has come. */
async function written() {
  await hub.service(SamplesService).commit();
  await hub.service(SamplesService).writeMinutes(Date.now() + DAY);
}
const usage = (value: number) => ({ cpu: { usage: value } });

describe('POST /data', () => {
  it.each(['/data', '/api/v1/data'])('takes at %s the JSON of the documents', async (path) => {
    const t = Date.UTC(2025, 3, 10, 15);
    vi.useFakeTimers({ toFake: ['Date'], now: t + 20 * SECOND });
    const host = await hub.host();
    const { status: code, body } = await hub.post(host.key, EXAMPLE, { path });
    expect(code).toBe(200);
    expect(body).toEqual({
      stored: 1,
      refused: [],
      host: { id: host.id, name: host.name },
      t,
      live: true,
      time: expect.any(Number),
    });
    const metrics = ['cpu.usage', 'ram.usage', 'disk.usage', 'net.in', 'net.out', 'service.active'];
    const found = {
      'cpu.usage': [63.2],
      'ram.usage': [78.4],
      'disk.usage:/': [90.1],
      'net.in': [1500],
      'net.out': [2300],
      'service.active:nginx': [1],
    };
    expect(await hub.values(host.id, metrics, t - MINUTE, t + MINUTE)).toEqual(found);
    await written();
    expect(await hub.values(host.id, metrics, t - MINUTE, t + MINUTE)).toEqual(found);
    expect(hub.service(SamplesService).inMemory(host.id, 0, Infinity)).toEqual([]);
  });

  it('takes a frame as agents send it, with and without a number', async () => {
    const host = await hub.host();
    const t = Date.now();
    const whole = frame(7, { t, disks: [{ mount: '/', size: 100, used: 40, available: 60 }] });
    expect((await hub.post(host.key, whole)).body).toMatchObject({ stored: 1, t, live: true });
    expect((await hub.post(host.key, { t: t + 1, ...usage(50) })).body).toMatchObject({
      stored: 1,
      t: t + 1,
    });
    expect(await cpuOf(host.id)).toHaveLength(1);
    expect((await hub.values(host.id, ['disk.usage'], t - MINUTE, t + MINUTE))['disk.usage:/']).toEqual([40]);
  });

  it('takes the backlog of an agent, and stores nothing twice that came over its connection', async () => {
    const host = await hub.host();
    const agent = await connect(host.key);
    const begin = Date.now() - 9 * MINUTE;
    const frames = [0, 1, 2].map((seq) =>
      frame(seq, { t: begin + seq * MINUTE, cpu: { ...cpu, usage: seq } }),
    );
    agent.send('frames', { bootId: agent.bootId, frames: frames.slice(0, 2) });
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0, 1]));
    const { body } = await hub.post(host.key, { bootId: agent.bootId, frames });
    expect(body).toMatchObject({ stored: 3, refused: [], t: begin + 2 * MINUTE, live: false });
    expect(await cpuOf(host.id)).toEqual([0, 1, 2]);
  });

  it('takes many readings of the past at once, from up to two years ago, and shows them to nobody', async () => {
    const host = await hub.host();
    const { shown, evaluated } = spies();
    const begin = Date.now() - 700 * DAY;
    // What is longer ago than it is kept is answered by the hour or the day.
    const days = 3_650;
    const kept = { raw: days, '1m': days, '10m': days, '1h': days, '1d': days };
    await hub.service(RetentionService).save(hub.tenantId, kept);
    const frames = Array.from({ length: 10 }, (_, i) => ({ t: begin + i * MINUTE, ...usage(i) }));
    expect((await hub.post(host.key, { frames })).body).toMatchObject({ stored: 10, live: false });
    expect(await cpuOf(host.id, begin - MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await written();
    expect(await cpuOf(host.id, begin - MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(shown).not.toHaveBeenCalled();
    expect(evaluated).not.toHaveBeenCalled();
    expect(status(host.id)).toBe('never');
  });

  it('takes a packed body', async () => {
    const host = await hub.host();
    const packed = gzipSync(JSON.stringify({ cpu_usage: 12 }));
    const answer = await hub.post(host.key, packed, { headers: { 'Content-Encoding': 'gzip' } });
    expect(answer).toMatchObject({ status: 200, body: { stored: 1 } });
    expect(await cpuOf(host.id)).toEqual([12]);
  });

  it('stores once what is posted twice, also when the first is written long since', async () => {
    const host = await hub.host();
    const timestamp = new Date(Date.now() - 5 * MINUTE).toISOString();
    const first = await hub.post(host.key, { cpu_usage: 1, timestamp });
    for (let again = 0; again < 2; again += 1) {
      const { time: _time, ...answer } = (await hub.post(host.key, { cpu_usage: 1, timestamp })).body;
      expect(first.body).toMatchObject({ ...answer, stored: 1 });
      await written();
    }
    const [minute] = await hub.database
      .collection('minutes')
      .find({ hostId: new Types.ObjectId(host.id) })
      .toArray();
    expect(minute!.count).toBe(1);
  });

  it('keeps what two scripts of a host say of the same second', async () => {
    const host = await hub.host();
    const timestamp = new Date(Date.now() - MINUTE).toISOString();
    await hub.post(host.key, { cpu_usage: 1, timestamp });
    await hub.post(host.key, { ram_usage: 2, timestamp });
    const now = Date.now();
    expect(await hub.values(host.id, ['cpu.usage', 'ram.usage'], now - 5 * MINUTE, now)).toEqual({
      'cpu.usage': [1],
      'ram.usage': [2],
    });
  });

  it('stores what is right in a batch and names what is wrong', async () => {
    const host = await hub.host();
    const t = Date.now() - MINUTE;
    const answer = await hub.post(host.key, {
      frames: [
        { t, ...usage(1) },
        { t: t + 1, cpu: { usage: 101 } },
        { t: 0, ...usage(1) },
        5,
        { t: t + 2, ...usage(2) },
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        stored: 2,
        t: t + 2,
        refused: [
          { index: 1, code: 'invalid', field: '/frames/1/cpu/usage' },
          { index: 2, code: 'too_old', field: '/frames/2/t' },
          { index: 3, code: 'invalid', field: '/frames/3' },
        ],
      },
    });
  });

  it('refuses a batch of which nothing is right, and names all of it', async () => {
    const host = await hub.host();
    const { status: code, body } = await hub.post(host.key, {
      bootId: BOOT,
      frames: [{ t: Date.now() }, {}],
    });
    expect(code).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid',
      field: '/frames/0/seq',
      message: '/frames/0/seq is missing.',
      refused: [
        { index: 0, field: '/frames/0/seq' },
        { index: 1, code: 'invalid' },
      ],
    });
  });
});

describe('what cannot be taken', () => {
  const long = 'x'.repeat(LIMITS.messageBytes);
  const bomb = gzipSync(JSON.stringify({ cpu_usage: 1, note: 'x'.repeat(50_000_000) }));
  const deep = `{"cpu":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;

  it.each<[string, unknown, Record<string, string>, number, Record<string, unknown>]>([
    ['no JSON', '{"cpu_usage": ', {}, 400, { code: 'invalid', message: 'The body is not valid JSON.' }],
    ['NaN', '{"cpu_usage": NaN}', {}, 400, { code: 'invalid', message: 'The body is not valid JSON.' }],
    ['nothing', '', {}, 400, { code: 'invalid', message: 'There is no body.' }],
    ['a list', '[]', {}, 400, { code: 'invalid' }],
    ['an empty object', '{}', {}, 400, { code: 'invalid', message: /at least one of cpu_usage/ }],
    ['a value out of its range', { cpu_usage: 101 }, {}, 400, { code: 'invalid', field: '/cpu_usage' }],
    ['an unknown field', { cpu_usage: 1, gpu: 1 }, {}, 400, { code: 'invalid', field: '/gpu' }],
    ['a polluting name', '{"t":1,"__proto__":{"a":1}}', {}, 400, { code: 'invalid', field: '/__proto__' }],
    ['a frame without a time', { cpu: { usage: 1 } }, {}, 400, { code: 'invalid', field: '/t' }],
    ['the future', { t: Date.now() + 10 * MINUTE, ...usage(1) }, {}, 400, { code: 'future', field: '/t' }],
    [
      'a reading of the future',
      { cpu_usage: 1, timestamp: new Date(Date.now() + 10 * MINUTE).toISOString() },
      {},
      400,
      { code: 'future', field: '/timestamp', message: /ahead of the hub's clock/ },
    ],
    [
      'what is too old',
      { t: Date.now() - POSTED_PAST_MS - MINUTE, ...usage(1) },
      {},
      400,
      { code: 'too_old', field: '/t', message: /732 days/ },
    ],
    [
      'a form',
      'cpu_usage=1',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      415,
      { code: 'unsupported_media_type' },
    ],
    [
      'no type',
      new TextEncoder().encode('{}'),
      { 'Content-Type': '' },
      415,
      { message: /Content-Type: application\/json/ },
    ],
    ['an unknown packing', '{}', { 'Content-Encoding': 'rot13' }, 415, { code: 'unsupported_media_type' }],
    ['what is not packed as it says', '{}', { 'Content-Encoding': 'gzip' }, 400, { code: 'invalid' }],
    ['a body that is too long', { note: long }, {}, 413, { code: 'too_large' }],
    [
      'a body that is too long once unpacked',
      bomb,
      { 'Content-Encoding': 'gzip' },
      413,
      { code: 'too_large' },
    ],
    ['JSON of endless depth', deep, {}, 400, { code: 'invalid', field: '/cpu' }],
  ])(
    'is %s: it is refused in words, and nothing is stored or shown',
    async (_what, body, headers, code, said) => {
      const host = await hub.host();
      const { shown } = spies();
      const answer = await hub.post(host.key, body, { headers });
      expect(answer.status).toBe(code);
      const { message, ...rest } = said;
      expect(answer.body).toMatchObject(rest);
      expect(answer.body.message).toMatch((message as RegExp | undefined) ?? /\w \w/);
      expect(shown).not.toHaveBeenCalled();
      expect(status(host.id)).toBe('never');
      expect(hub.service(SamplesService).inMemory(host.id, 0, Infinity)).toEqual([]);
    },
  );

  it('is nothing that a later request does not survive', async () => {
    const host = await hub.host();
    await hub.post(host.key, { cpu_usage: 'x' });
    expect((await hub.post(host.key, { cpu_usage: 1 })).status).toBe(200);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('a host that posts', () => {
  it('is online, shown and held against the rules as with an agent', async () => {
    const host = await hub.host();
    const { shown, evaluated } = spies();
    const { body } = await hub.post(host.key, { cpu_usage: 97 });
    expect(body.live).toBe(true);
    expect(status(host.id)).toBe('online');
    expect(shown).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: host.id }),
      expect.objectContaining({ t: body.t, cpu: { usage: 97 } }),
      expect.any(Number),
    );
    expect(evaluated).toHaveBeenCalledOnce();
  });

  it('is shown what is newest, and not again what it said before', async () => {
    const host = await hub.host();
    const { shown } = spies();
    const t = Date.now();
    const said = async (body: unknown) => (await hub.post(host.key, body)).body.live;
    expect(await said({ frames: [t - 20, t - 10, t - 30].map((at) => ({ t: at, ...usage(1) })) })).toBe(true);
    expect(shown.mock.calls.map(([, { t: at }]) => at)).toEqual([t - 10]);
    expect(await said({ t: t - 10, ...usage(1) })).toBe(false);
    expect(await said({ t: t - 15, ...usage(1) })).toBe(false);
    expect(await said({ t, ...usage(1) })).toBe(true);
  });

  it('has a present as wide as its posts are apart', async () => {
    const host = await hub.host();
    const said = async (age: number) =>
      (await hub.post(host.key, { t: Date.now() - age, ...usage(1) })).body.live;
    expect(await said(3 * MINUTE)).toBe(false);
    expect(status(host.id)).toBe('never');
    const now = Date.now();
    for (let post = 4; post >= 0; post -= 1) {
      hub.service(PresenceService).posted(host.id, now - post * 10 * MINUTE);
    }
    expect(hub.service(HostsService).get(host.id)?.postedEvery).toBe(10 * MINUTE);
    expect(await said(15 * MINUTE)).toBe(true);
  });

  it('changes nothing about how it is seen while its agent is connected, and is stored all the same', async () => {
    const host = await hub.host();
    const agent = await connect(host.key);
    const { shown, evaluated } = spies();
    expect((await hub.post(host.key, { ram_usage: 5 })).body).toMatchObject({ stored: 1, live: false });
    expect(shown).not.toHaveBeenCalled();
    expect(evaluated).not.toHaveBeenCalled();
    agent.send('frame', frame(0));
    await vi.waitFor(() => expect(agent.acknowledged).toEqual([0]));
    expect(agent.socket.connected).toBe(true);
    agent.close();
    await vi.waitFor(() => expect(status(host.id)).toBe('lost'));
    expect((await hub.post(host.key, { ram_usage: 6 })).body.live).toBe(true);
    expect(status(host.id)).toBe('online');
    await connect(host.key);
    expect(hub.service(HostsService).get(host.id)?.postedEvery).toBeNull();
  });
});
