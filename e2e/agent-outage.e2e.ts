import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startAgent } from './support/agent.js';
import { Api } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { storedFrames, type StoredFrame } from './support/stored-frames.js';

/** As many frames as ten minutes have at one a second. OUTAGE_INTERVAL_MS=1000 makes it those ten minutes. */
const FRAMES = Number(process.env.OUTAGE_FRAMES ?? 600);
const INTERVAL_MS = Number(process.env.OUTAGE_INTERVAL_MS ?? 50);
const OUTAGE_MS = FRAMES * INTERVAL_MS;
/** What the agent may need to start, to end and to measure, in ms. */
const SLACK_MS = 3000 + 3 * INTERVAL_MS;
/** A live frame waits no longer than this because of a backlog. */
const LIVE_MS = 1000;

let hub: Hub;
let api: Api;
let stateDir: string;

beforeAll(async () => {
  [hub, stateDir] = await Promise.all([Hub.start(), mkdtemp(join(tmpdir(), 'tocsin-state-'))]);
  api = await Api.setUp(hub);
});

afterAll(async () => {
  await hub?.remove();
  await rm(stateDir, { recursive: true, force: true });
});

const at = (moment: number) =>
  vi.waitUntil(() => Date.now() >= moment, { timeout: OUTAGE_MS + 60_000, interval: 20 });

it(
  'loses no frame while the hub is away, though the agent is killed, and is live at once when it is back',
  async () => {
    const { host, key } = await api.createHost('cut off');
    const start = () =>
      startAgent(hub.url, key.key, [
        ...['--interval', `${INTERVAL_MS}ms`, '--state-dir', stateDir, '--log-level', 'debug'],
      ]);
    const first = start();
    let live = await LiveClient.connect(hub.url, api.token);
    await live.watchHost(host.id);
    await live.next('frame', ({ frame }) => (frame.seq ?? 0) >= 5, 30_000 + 6 * INTERVAL_MS);
    expect(await readdir(join(stateDir, 'frames'))).toEqual(['lock']);
    live.close();

    const began = Date.now();
    await hub.kill();
    await at(began + OUTAGE_MS / 2);
    await first.stop('SIGKILL');
    const killed = Date.now();
    const second = start();
    await at(began + OUTAGE_MS);

    await hub.start();
    api = await Api.signIn(hub.url);
    live = await LiveClient.connect(hub.url, api.token);
    await live.watchHost(host.id);
    const back = Date.now();
    const delays: number[] = [];
    // Frames that were sent before this page was open count from then.
    const stopListening = live.each('frame', ({ frame }) => {
      if (frame.t > back) delays.push(Date.now() - frame.t);
    });
    await vi.waitFor(() => expect(second.output).toMatch(/\d+ frames that had waited are with the hub/), {
      timeout: 60_000,
      interval: 20,
    });
    const drained = Date.now();
    await vi.waitFor(() => expect(delays.length).toBeGreaterThan(5), { timeout: 60_000, interval: 20 });
    stopListening();
    live.close();
    record(
      'agent cut off: backlog of frames',
      Number(/(\d+) frames that had waited/.exec(second.output)![1]),
    );
    record('agent cut off: hub back → backlog stored, ms', drained - back);
    record('agent cut off: frame → page while the backlog drains, ms', spread(delays));
    expect(Math.max(...delays)).toBeLessThan(LIVE_MS);
    expect(await readdir(join(stateDir, 'frames'))).toEqual(['lock']);

    await second.stop();
    const stopped = Date.now();
    expect(await readdir(join(stateDir, 'frames'))).toEqual([]);
    // From here on nothing is in the hub's memory that it did not read from MongoDB.
    await hub.stop();
    await hub.start();
    const stored = await storedFrames(hub, host.id);
    const [one, two, ...others] = byStart(stored);
    expect(others).toEqual([]);
    for (const frames of [one!, two!])
      expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, seq) => seq));
    // Both go up to their end, and nothing is missing in between but the start of the agent.
    expect(one!.at(-1)!.t).toBeGreaterThan(killed - SLACK_MS);
    expect(two![0]!.t).toBeLessThan(killed + SLACK_MS);
    expect(two!.at(-1)!.t).toBeGreaterThan(stopped - SLACK_MS);
    const inOutage = stored.filter(({ t }) => t >= began && t < began + OUTAGE_MS).length;
    expect(inOutage).toBeGreaterThan(FRAMES - (2 * SLACK_MS) / INTERVAL_MS);
    record('agent cut off: frames of the outage in the history', inOutage);
  },
  OUTAGE_MS + 240_000,
);

/** The frames of each start of the agent, in order of time as they were stored. */
function byStart(frames: StoredFrame[]): StoredFrame[][] {
  const starts = new Map<string, StoredFrame[]>();
  for (const frame of frames) starts.set(frame.bootId, [...(starts.get(frame.bootId) ?? []), frame]);
  return [...starts.values()];
}
