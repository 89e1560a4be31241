import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tryConnection } from '../src/transport/try-connection.js';
import { Proxy, type Upgrades } from './proxy.js';
import { testAgent, testHandshake } from './test-agent.js';
import { TestHub } from './test-hub.js';

let hub: TestHub;
let proxy: Proxy;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  hub = await TestHub.start();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await proxy.stop();
  await hub.kill();
});

async function agentBehind(upgrades: Upgrades) {
  proxy = await Proxy.start(hub.port, upgrades);
  const started = testAgent(proxy.url);
  stops.push(() => started.agent.stop('restart'));
  await started.agent.start();
  return started;
}

const seconds = (n: number) => ({ timeout: n * 1000 });
const transport = () => hub.sockets[0]?.conn.transport.name;
/** Numbers of the frames that came, each once, in order. */
const distinct = () => [...new Set(hub.seqs())].sort((a, b) => a - b);
const inARow = (seqs: number[]) => seqs.map((_, place) => place + seqs[0]!);

describe('behind a proxy that lets no WebSocket through', () => {
  it.each<Upgrades>(['strip', 'cut'])(
    'an agent reports by long polling once three WebSockets failed (%s)',
    async (upgrades) => {
      const { lines } = await agentBehind(upgrades);
      await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(40), seconds(20));
      expect(transport()).toBe('polling');
      expect(lines).toContainEqual(expect.stringContaining('connected by long polling'));
      await vi.waitFor(() => expect(distinct()).toEqual(inARow(distinct())), seconds(5));
      expect(hub.received.some(({ live }) => live)).toBe(true);
      expect(hub.faults).toEqual([]);
      hub.configure({ settings: { interval: 60_000 }, live: true });
      await vi.waitFor(() => expect(hub.live.length).toBeGreaterThan(0), seconds(5));
    },
    40_000,
  );

  it('comes back by long polling at once after a loss, and keeps its frames meanwhile', async () => {
    await agentBehind('strip');
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(5), seconds(20));
    const before = hub.seqs();
    await hub.kill();
    const triedBefore = proxy.tried;
    hub = await TestHub.start(hub.port);
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(20), seconds(20));
    expect(transport()).toBe('polling');
    // What was measured between the two connections comes as a backlog, behind new frames.
    await vi.waitFor(() => {
      const all = [...new Set([...before, ...hub.seqs()])].sort((a, b) => a - b);
      expect(all).toEqual(inARow(all));
    }, seconds(10));
    // One is tried beside each connection, as it might get through now.
    expect(proxy.tried - triedBefore).toBeLessThanOrEqual(4);
  }, 40_000);

  it('goes over to a WebSocket when one gets through again, without losing a frame', async () => {
    const { lines } = await agentBehind('cut');
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(5), seconds(20));
    proxy.upgrades = 'allow';
    hub.sockets[0]!.conn.close();
    await vi.waitFor(() => expect(transport()).toBe('websocket'), seconds(10));
    expect(lines).toContainEqual(expect.stringContaining('went over to a WebSocket'));
    const count = hub.received.length;
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(count + 10), seconds(10));
    // What was measured between the two connections comes as a backlog.
    await vi.waitFor(() => expect(distinct()).toEqual(inARow(distinct())), seconds(10));
    expect(hub.faults).toEqual([]);
  }, 40_000);

  it('says goodbye by long polling too', async () => {
    const { agent } = await agentBehind('strip');
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(5), seconds(20));
    await agent.stop('reboot');
    expect(hub.byes).toEqual(['reboot']);
  }, 40_000);
});

describe('a check behind such a proxy', () => {
  it('tells that long polling works', async () => {
    proxy = await Proxy.start(hub.port, 'strip');
    expect(await tryConnection(proxy.url, testHandshake())).toMatchObject({
      welcome: { name: 'web-1' },
      polling: true,
    });
    expect(hub.byes).toEqual(['restart']);
  });

  it('waits for a proxy that says nothing, and tells the same', async () => {
    proxy = await Proxy.start(hub.port, 'hang');
    expect(await tryConnection(proxy.url, testHandshake())).toMatchObject({ polling: true });
  }, 30_000);

  it('says what went wrong with the WebSocket where nothing works', async () => {
    proxy = await Proxy.start(1, 'strip');
    expect(await tryConnection(proxy.url, testHandshake())).toMatchObject({
      trouble: expect.stringContaining('cannot reach'),
    });
  });
});
