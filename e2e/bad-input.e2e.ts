import { LIMITS } from '@tocsin/shared';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AgentClient } from './support/agent-client.js';
import { Api, type CreatedHost } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';

let hub: Hub;
let api: Api;
let live: LiveClient;
let neighbour: AgentClient;
let neighbourId: string;
let host: CreatedHost;

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
  const { host: next, key } = await api.createHost('neighbour');
  neighbourId = next.id;
  neighbour = new AgentClient(hub.url, key.key);
  await neighbour.welcomed();
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchHost(neighbourId);
  host = await api.createHost('offender');
});

afterAll(async () => {
  neighbour?.close();
  live?.close();
  await hub?.remove();
});

/** How long a frame of the well-behaved agent takes to the page now, in ms. */
async function neighbourDelay(): Promise<number> {
  const seq = neighbour.frames.length;
  const seen = live.next('frame', (m) => m.hostId === neighbourId && m.frame.seq === seq, 2000);
  const { t } = neighbour.measure(1);
  return (await seen).at - t;
}

async function connected(): Promise<AgentClient> {
  const client = new AgentClient(hub.url, host.key.key);
  await client.welcomed();
  return client;
}

describe('an agent that may not come in is told why', () => {
  it('a key that nobody made', async () => {
    const client = new AgentClient(hub.url, `toc_${'A'.repeat(43)}`);
    await expect(client.welcomed()).rejects.toMatchObject({ code: 'unknown_key' });
    client.close();
  });

  it('a key that was revoked, at once and at each later try', async () => {
    const { key } = await api.createHost('withdrawn');
    const client = new AgentClient(hub.url, key.key);
    await client.welcomed();
    const closed = once(client.socket as never, 'disconnect');
    await api.revokeKey(key);
    await closed;
    expect(client.refusals).toMatchObject([{ code: 'revoked_key' }]);
    client.close();
    const again = new AgentClient(hub.url, key.key);
    await expect(again.welcomed()).rejects.toMatchObject({ code: 'revoked_key' });
    again.close();
  });

  it('a protocol that the hub does not speak', async () => {
    const client = new AgentClient(hub.url, host.key.key, { protocol: 99 });
    await expect(client.welcomed()).rejects.toMatchObject({ code: 'wrong_protocol' });
    client.close();
  });

  it('an introduction that is not one', async () => {
    const client = new AgentClient(hub.url, host.key.key, { cpus: -1 });
    await expect(client.welcomed()).rejects.toMatchObject({ code: 'bad_handshake' });
    client.close();
  });
});

describe('what is wrong in a frame is named, and nothing of it is stored', () => {
  const cpu = { usage: 1, user: 1, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 };

  it.each([
    ['NaN', { cpu: { ...cpu, usage: NaN } }, { code: 'invalid', field: '/cpu/usage' }],
    ['a string for a number', { cpu: { ...cpu, load1: '1' } }, { code: 'invalid', field: '/cpu/load1' }],
    ['an unknown field', { gpu: 1 }, { code: 'invalid', field: '/gpu' }],
    ['a time in the future', { t: Date.now() + 2 * LIMITS.futureMs, cpu }, { code: 'future' }],
    ['a time long past', { t: Date.now() - 2 * LIMITS.pastMs, cpu }, { code: 'too_old' }],
  ])('%s', async (_what, wrong, refusal) => {
    const client = await connected();
    client.socket.emit('frame', { seq: 0, t: Date.now(), ...wrong } as never);
    await vi.waitFor(() => expect(client.refusals).toMatchObject([{ ...refusal, seq: 0 }]));
    expect(client.refusals[0]!.message).toMatch(/\w+ \w+/);
    await neighbourDelay();
    client.close();
  });

  it('a frame beyond the size limit closes the connection of its sender only', async () => {
    const client = await connected();
    const closed = once(client.socket as never, 'disconnect');
    client.socket.emit('frame', { seq: 0, t: 0, note: 'x'.repeat(LIMITS.messageBytes) } as never);
    await closed;
    client.close();
    await neighbourDelay();
  });

  it('leaves no trace in the history', async () => {
    const now = Date.now();
    const { series } = await api.history({
      ...{
        host: host.host.id,
        metric: 'cpu.usage',
        from: `${now - 60_000}`,
        to: `${now + 1000}`,
        points: '60',
      },
    });
    expect(series.flatMap(({ max }) => max.filter((value) => value !== null))).toEqual([]);
  });
});

it('10,000 frames at once are held back, and nobody else is slowed', async () => {
  const client = await connected();
  const frame = (seq: number) => ({ seq, t: Date.now() });
  const before = await neighbourDelay();
  for (let seq = 0; seq < 10_000; seq++) client.socket.emit('frame', frame(seq));
  const during: number[] = [];
  while (during.length < 20) during.push(await neighbourDelay());
  await vi.waitFor(() =>
    expect(client.refusals).toContainEqual(expect.objectContaining({ code: 'rate_limited' })),
  );
  record('a neighbour’s frame → page before a flood of 10,000 frames, ms', before);
  record('a neighbour’s frame → page during the flood, ms', spread(during));
  client.close();
});

it('the log counts what was refused in place of repeating it', () => {
  const lines = hub.output.split('\n').filter((line) => line.includes('rate_limited'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(10);
});
