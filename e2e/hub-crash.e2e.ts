import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startAgent } from './support/agent.js';
import { AgentClient } from './support/agent-client.js';
import { Api, type CreatedHost } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { seededRandom } from './support/random.js';

const CRASHES = 20;
/** Share of the crashes that is followed by another one while the hub starts. */
const CRASHES_AT_START = 0.3;
const CLIENTS = 10;
const EVERY_MS = 1000;
/** The real agent measures on its own beat: this long always holds at least one of its frames. */
const STEP_MS = 2000;

let hub: Hub;
let api: Api;

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
});

afterAll(() => hub?.remove());

/** The next time at which a step of the history begins. */
const nextRound = (t: number): number => Math.ceil(t / STEP_MS) * STEP_MS;

/** A value to find again, in the resolution that is stored. */
const usageOf = (seq: number): number => ((seq * 37) % 1000) / 10;

/** Measures once a second, whether the hub is there or not; `stop` ends it. */
function measuring(client: AgentClient, begin: number): { stop: () => void } {
  const next = () => client.measure(usageOf(client.frames.length), begin + client.frames.length * EVERY_MS);
  let ticking: NodeJS.Timeout;
  const first = setTimeout(() => {
    next();
    ticking = setInterval(() => {
      while (begin + client.frames.length * EVERY_MS <= Date.now()) next();
    }, 20);
  }, begin - Date.now());
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(ticking);
    },
  };
}

it(`loses nothing that it acknowledged when it is killed ${CRASHES} times, and agents return by themselves`, async () => {
  const { random, seed } = seededRandom(process.env.SEED);
  console.log(`moments of the crashes from SEED=${seed}`);
  const real = await api.createHost('real');
  const agent = startAgent(hub.url, real.key.key);
  const begin = nextRound(Date.now() + 1000);
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, index) => {
      const { host, key } = await api.createHost(`client ${index}`);
      const client = new AgentClient(hub.url, key.key);
      await client.welcomed();
      return { host, client, ticker: measuring(client, begin + (index * EVERY_MS) / CLIENTS) };
    }),
  );
  await returned(real);

  const returns: number[] = [];
  for (let crash = 0; crash < CRASHES; crash++) {
    const moment = Date.now() + 300 + random() * 2000;
    await vi.waitUntil(() => Date.now() >= moment, { timeout: 5000, interval: 5 });
    await hub.kill();
    hub.launch();
    if (random() < CRASHES_AT_START) {
      const tooEarly = Date.now() + random() * 1500;
      await vi.waitUntil(() => Date.now() >= tooEarly, { timeout: 5000, interval: 5 });
      await hub.kill();
      hub.launch();
    }
    await hub.ready();
    const ready = Date.now();
    await returned(real);
    returns.push(Date.now() - ready);
  }
  record('hub ready after kill -9 → the real agent is online again, ms', spread(returns));

  for (const { ticker } of clients) ticker.stop();
  await vi.waitFor(() => expect(clients.flatMap(({ client }) => client.unacknowledged)).toEqual([]), {
    timeout: 30_000,
    interval: 100,
  });
  // From here on nothing is in the hub's memory that it did not read from MongoDB.
  await hub.kill();
  await hub.start();
  api = await Api.signIn(hub.url);
  const end = nextRound(Date.now());
  for (const { host, client } of clients) {
    const stored = await storedUsage(host.id, begin, end, 1000);
    const missing = client.frames.filter(({ t, cpu }) => {
      const value = stored(t);
      return value === undefined || Math.abs(value - cpu!.usage) > 0.051;
    });
    expect(missing, `frames of ${host.name} that were acknowledged and are not in the history`).toEqual([]);
  }
  record(
    'frames acknowledged and found after the crashes',
    clients.reduce((sum, { client }) => sum + client.acknowledged.size, 0),
  );

  await vi.waitFor(
    async () => {
      const stored = await storedUsage(real.host.id, begin, end, STEP_MS);
      const holes = [];
      for (let t = begin; t + STEP_MS < end; t += STEP_MS) if (stored(t) === undefined) holes.push(t);
      expect(holes, 'times at which the graph of the real agent has a hole').toEqual([]);
    },
    { timeout: 20_000, interval: 500 },
  );

  for (const { client } of clients) client.close();
  await agent.stop();
}, 400_000);

/** When the host's agent is online, as a page that is opened now sees it. */
async function returned({ host }: CreatedHost): Promise<void> {
  api = await Api.signIn(hub.url);
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchHost(host.id);
  await live.next('frame', ({ hostId }) => hostId === host.id, 30_000);
  live.close();
}

/** CPU usage in the history by time; `undefined` where there is none. */
async function storedUsage(
  hostId: string,
  from: number,
  to: number,
  step: number,
): Promise<(t: number) => number | undefined> {
  const history = await api.history({
    ...{ host: hostId, metric: 'cpu.usage', from: `${from}`, to: `${to}` },
    points: `${(to - from) / step}`,
  });
  expect(history.step).toBe(step);
  return (t) => history.series[0]?.avg[Math.floor((t - history.from) / history.step)] ?? undefined;
}
