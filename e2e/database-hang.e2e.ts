import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AgentClient } from './support/agent-client.js';
import { Api } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';

const HANG_MS = 3000;
const EVERY_MS = 100;

let hub: Hub;
let api: Api;

beforeAll(async () => {
  hub = await Hub.start();
  api = await Api.setUp(hub);
});

afterAll(() => hub?.remove());

it('while MongoDB hangs, live frames go on and acknowledgements wait', async () => {
  const { host, key } = await api.createHost('measured');
  const agent = new AgentClient(hub.url, key.key, { interval: EVERY_MS });
  await agent.welcomed();
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchHost(host.id);

  /** Measures until `count` more frames were seen at the page; returns how long each one took, in ms. */
  const measure = async (count: number): Promise<number[]> => {
    const delays: number[] = [];
    while (delays.length < count) {
      const seen = live.next('frame', ({ frame }) => frame.seq === agent.frames.length - 1, 1000);
      const { t } = agent.measure(50);
      const { at } = await seen;
      delays.push(at - t);
      await vi.waitUntil(() => Date.now() >= t + EVERY_MS, { interval: 5 });
    }
    return delays;
  };

  await measure(10);
  const mongod = await hub.mongodPid();
  process.kill(mongod, 'SIGSTOP');
  try {
    const firstInHang = agent.frames.length;
    const delays = await measure(HANG_MS / EVERY_MS);
    record('frame → page while MongoDB hangs, ms', spread(delays));
    expect([...agent.acknowledged].filter((seq) => seq >= firstInHang)).toEqual([]);
  } finally {
    process.kill(mongod, 'SIGCONT');
  }
  const woke = Date.now();
  await vi.waitFor(() => expect(agent.unacknowledged).toEqual([]), { timeout: 20_000, interval: 10 });
  record('MongoDB awake → everything acknowledged, ms', Date.now() - woke);

  agent.close();
  live.close();
});
