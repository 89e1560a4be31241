import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tryConnection } from '../src/transport/try-connection.js';
import { testAgent, testHandshake } from './test-agent.js';
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
  return started;
}

const seconds = (n: number) => ({ timeout: n * 1000 });
const numbered = (count: number) => Array.from({ length: count }, (_, seq) => seq);

describe('an agent and its hub', () => {
  it('introduces itself, then sends frames that count up from 0 and fit the protocol', async () => {
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(5), seconds(5));
    // The first may have come before the connection was there.
    const live = hub.received.filter((one) => one.live).map(({ seq }) => seq);
    expect(live).toEqual(numbered(live.length).map((place) => place + live[0]!));
    expect(live[0]).toBeLessThan(3);
    expect(hub.faults).toEqual([]);
    expect(lines).toContainEqual(expect.stringContaining('as web-1'));
  });

  it('loses no frame and doubles none over a hub that goes away and comes back', async () => {
    await startAgent();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(3), seconds(5));
    await hub.kill();
    const before = hub.received;
    hub = await TestHub.start(hub.port);
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(30), seconds(10));

    const seqs = [...before, ...hub.received].map(({ seq }) => seq);
    const unique = [...new Set(seqs)].sort((a, b) => a - b);
    expect(unique).toEqual(numbered(unique.length));
    // What had been acknowledged is not sent again.
    expect(seqs.length - unique.length).toBeLessThanOrEqual(2);
    expect(hub.faults).toEqual([]);
  });

  it('sends again, as a backlog, what was never acknowledged', async () => {
    hub.acknowledging = false;
    await startAgent();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(5), seconds(5));
    const lost = hub.seqs();
    await hub.kill();
    hub = await TestHub.start(hub.port);
    await vi.waitFor(() => {
      const backlog = hub.received.filter(({ live }) => !live).map(({ seq }) => seq);
      expect(backlog).toEqual(expect.arrayContaining(lost));
    }, seconds(10));
  });

  it('sends the present first and the past after it', async () => {
    await hub.kill();
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(lines.join()).toContain('nothing listens there'), seconds(5));
    hub = await TestHub.start(hub.port);
    await vi.waitFor(() => expect(hub.received.some(({ live }) => !live)).toBe(true), seconds(10));
    expect(hub.received[0]?.live).toBe(true);
    await vi.waitFor(() =>
      expect(
        hub
          .seqs()
          .sort((a, b) => a - b)
          .slice(0, 3),
      ).toEqual([0, 1, 2]),
    );
  });

  it('drops the oldest when the buffer is full, and says so', async () => {
    hub.acknowledging = false;
    const { lines } = await startAgent({ buffer: { memoryBytes: 2000, diskBytes: 1e7 } });
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(12), seconds(5));
    expect(lines.filter((line) => line.includes('dropping the oldest'))).toHaveLength(1);
    await hub.kill();
    hub = await TestHub.start(hub.port);
    await vi.waitFor(() => expect(lines.join()).toMatch(/\d+ frames were dropped/), seconds(10));
    await vi.waitFor(() => expect(hub.received.some(({ live }) => !live)).toBe(true), seconds(5));
    const backlog = hub.received.filter(({ live }) => !live);
    expect(backlog.length).toBeLessThanOrEqual(6);
    expect(backlog.every(({ seq }) => seq > 5)).toBe(true);
  });

  it('gives up the frame of a batch that the hub finds invalid, and sends the others', async () => {
    await hub.kill();
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(lines.join()).toContain('nothing listens'), seconds(5));
    hub = await TestHub.start(hub.port);
    const refused: number[] = [];
    hub.refuses = (seq) => seq === 1 && refused.push(seq) > 0;
    await vi.waitFor(() => expect(hub.seqs()).toEqual(expect.arrayContaining([0, 2, 3])), seconds(10));
    expect(refused).toEqual([1]);
    expect(hub.seqs()).not.toContain(1);
    expect(lines.join()).toContain('is odd');
  });

  it('says goodbye with the reason, and waits for what is on its way', async () => {
    hub.acknowledging = false;
    const { agent } = testAgent(hub.url);
    await agent.start();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(2), seconds(5));
    let stopped = false;
    const stopping = agent.stop('reboot').then(() => (stopped = true));
    await vi.waitFor(() => expect(hub.byes).toEqual(['reboot']));
    expect(stopped).toBe(false);
    hub.acknowledging = true;
    hub.acknowledgeAll();
    await stopping;
    expect(hub.seqs()).toContain(0);
  });

  it('stops soon although the hub is not there', async () => {
    await hub.kill();
    const { agent } = testAgent(hub.url);
    await agent.start();
    const before = Date.now();
    await agent.stop('shutdown');
    expect(Date.now() - before).toBeLessThan(2000);
    hub = await TestHub.start(hub.port);
  });
});

describe('an agent that is not let in', () => {
  it('says why and what to do, and never shows its key', async () => {
    hub.refusal = { code: 'unknown_key', message: 'No host has this key.' };
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(lines.join()).toContain('No host has this key.'), seconds(5));
    expect(lines.join()).toContain('copied whole');
    expect(lines.join()).not.toContain('toc_test');
  });

  it('comes in as soon as a starting hub is ready, and says only once what it waited for', async () => {
    hub.refusal = { code: 'hub_not_ready', message: 'The hub is starting.' };
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(hub.handshakes.length).toBeGreaterThan(2), seconds(10));
    hub.refusal = undefined;
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(0), seconds(10));
    expect(lines.filter((line) => line.includes('The hub is starting.'))).toHaveLength(1);
  });

  it('tells that its key is used twice and comes back slowly', async () => {
    const { lines } = await startAgent();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(0), seconds(5));
    hub.sockets[0]?.emit('refused', { code: 'replaced', message: 'Another agent came.' });
    hub.sockets[0]?.disconnect(true);
    await vi.waitFor(() => expect(lines.join()).toContain('a key of its own'), seconds(2));
    await vi.waitFor(() => expect(hub.handshakes.length).toBe(2), seconds(5));
  });
});

describe('tryConnection', () => {
  it('ends with the welcome, having said goodbye', async () => {
    expect(await tryConnection(hub.url, testHandshake())).toMatchObject({ welcome: { name: 'web-1' } });
    expect(hub.byes).toEqual(['restart']);
  });

  it('says what a refusal means', async () => {
    hub.refusal = { code: 'revoked_key', message: 'The key was withdrawn.' };
    const attempt = await tryConnection(hub.url, testHandshake());
    expect(attempt).toEqual({ trouble: expect.stringMatching(/withdrawn.*make a new key/) });
  });

  it.each([
    ['http://127.0.0.1:1', 'nothing listens there'],
    ['http://no-such-host.invalid', /name/],
  ])('says what is wrong with %s', async (url, what) => {
    const attempt = await tryConnection(url, testHandshake());
    expect(attempt).toEqual({ trouble: expect.stringMatching(what) });
  });
});
