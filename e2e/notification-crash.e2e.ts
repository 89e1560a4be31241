import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notification } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AgentClient } from './support/agent-client.js';
import { Api } from './support/api.js';
import { record } from './support/figures.js';
import { Hub } from './support/hub.js';
import { seededRandom } from './support/random.js';
import { Restless } from './support/restless.js';

/** `CRASHES=100` for the whole of it, which takes eight minutes. */
const CRASHES = Number(process.env.CRASHES ?? 5);
const CLIENTS = 4;
const PAGE = '200';
const PATIENCE = { timeout: 90_000, interval: 250 };

const { random, seed } = seededRandom(process.env.SEED);

let hub: Hub;
let api: Api;
let server: Server;
/** How often each message was taken, by its key, and how often it was refused. */
const taken = new Map<string, number>();
let refused = 0;
/** From now on everything is taken at once. */
let isCalm = false;

/** A program that is slow now and then, and that does not always take what it is sent. */
function answer(key: string, end: (status: number) => void): void {
  const fate = isCalm ? 0.5 : random();
  if (fate < 0.15) {
    refused += 1;
    return end(503);
  }
  taken.set(key, (taken.get(key) ?? 0) + 1);
  // Taken, and the hub may be dead before it hears of it.
  setTimeout(() => end(200), fate > 0.8 ? random() * 800 : 0);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      answer(String(request.headers['idempotency-key']), (status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub = await Hub.start(undefined, { TOCSIN_PRIVATE_NETWORKS: 'true' });
  api = await Api.setUp(hub);
});
afterAll(async () => {
  await hub?.remove();
  server?.closeAllConnections();
  server?.close();
});

async function allNotifications(): Promise<Notification[]> {
  const all: Notification[] = [];
  for (let after: string | undefined; ;) {
    const page = await api.notifications({ limit: PAGE, ...(after !== undefined && { after }) });
    all.push(...page.notifications);
    if (page.next === undefined) return all;
    after = page.next;
  }
}

it(
  `brings everything to a channel that it has to, though it is killed ${CRASHES} times`,
  async () => {
    console.log(`answers and moments of the crashes from SEED=${seed}`);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const channel = await api.createChannel({
      ...{ name: 'Program', enabled: true, kind: 'webhook', settings: { url } },
    });
    await api.createPolicy({
      ...{ name: 'All', enabled: true, groupBy: 'none' },
      steps: [{ afterSeconds: 0, to: [{ kind: 'channel', id: channel.id }] }],
    });
    await api.createRule({
      ...{ name: 'Restless', enabled: true, metric: 'cpu.usage', comparison: '>', firesAt: 90 },
      ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' },
    });
    const agents: Restless[] = [];
    for (let n = 0; n < CLIENTS; n += 1) {
      const { host, key } = await api.createHost(`restless ${n}`);
      const client = new AgentClient(hub.url, key.key);
      const agent = new Restless(host.id, client, random);
      await client.welcomed();
      agent.start();
      agents.push(agent);
    }
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const moment = Date.now() + 500 + random() * 2_500;
      await vi.waitUntil(() => Date.now() >= moment, { timeout: 5_000, interval: 5 });
      await hub.kill();
      hub.launch();
      await hub.ready();
    }
    for (const agent of agents) agent.calm();
    isCalm = true;
    const all = await vi.waitUntil(async () => {
      const { incidents } = await api.incidents({ status: 'open' });
      const found = (await allNotifications()).filter(({ recipient }) => recipient.kind === 'channel');
      return incidents.length === 0 && found.every(({ state }) => state !== 'waiting') ? found : undefined;
    }, PATIENCE);
    for (const agent of agents) agent.end();

    expect(all.filter(({ state }) => state === 'failed')).toEqual([]);
    const sent = all.filter(({ state }) => state === 'sent').flatMap(({ deliveries }) => deliveries);
    expect(sent.length).toBeGreaterThan(0);
    expect(
      sent.filter(({ id }) => !taken.has(id)),
      'said to be sent, and never taken',
    ).toEqual([]);
    // What was overtaken is told by something newer about the same incident.
    const about = (states: Notification['state'][]) =>
      new Set(all.filter(({ state }) => states.includes(state)).map(({ items }) => items[0]!.incidentId));
    const told = about(['sent']);
    expect(
      [...about(['obsolete'])].filter((id) => !told.has(id)),
      'overtaken by nothing',
    ).toEqual([]);
    const doubles = [...taken.values()].reduce((sum, times) => sum + times - 1, 0);
    // A program that was asked and not heard is asked again: at most one message for each crash.
    expect(doubles).toBeLessThanOrEqual(CRASHES);
    record('notifications over crashes', {
      ...{ crashes: CRASHES, notifications: all.length, sent: sent.length, refused, doubles },
    });
  },
  60_000 + CRASHES * 10_000,
);
