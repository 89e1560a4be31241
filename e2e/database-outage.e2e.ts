import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Incident, StoringState } from '@tocsin/shared';
import { afterEach, expect, it, vi } from 'vitest';
import { AgentClient } from './support/agent-client.js';
import { Api } from './support/api.js';
import { record } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { Program } from './support/program.js';
import { storedFrames } from './support/stored-frames.js';

const run = promisify(execFile);

const RULE = 'CPU at its limit';
const EVERY_MS = 200;
/** As long as an outage has to be told, which is some seconds in. */
const TOLD_MS = 15_000;
const PATIENCE = { timeout: 90_000, interval: 50 };

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const last of undo.splice(0).reverse()) await last();
});

/** A hub, an agent that measures without a pause, and somebody who looks at its host. */
async function observed(settings: NodeJS.ProcessEnv = {}) {
  const hub = await Hub.start('127.0.0.1', settings);
  undo.push(() => hub.remove());
  const api = await Api.setUp(hub);
  const { host, key } = await api.createHost('measured');
  await api.createRule({
    ...{ name: RULE, enabled: true, metric: 'cpu.usage', hostIds: [host.id], comparison: '>', firesAt: 99 },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' },
  });
  const agent = new AgentClient(hub.url, key.key, { interval: EVERY_MS });
  await agent.welcomed();
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchHost(host.id);
  const seen = new Set<number>();
  live.each('frame', ({ frame }) => void (frame.seq !== undefined && seen.add(frame.seq)));
  const said: StoringState[] = [];
  live.each('storing', (state) => void said.push(state));
  let usage = 20;
  const measuring = setInterval(() => agent.measure(usage), EVERY_MS);
  undo.push(() => {
    clearInterval(measuring);
    agent.close();
    live.close();
  });
  await vi.waitFor(() => expect(agent.acknowledged.size).toBeGreaterThan(5), PATIENCE);
  return {
    ...{ hub, api, host, agent, live, seen, said },
    alarm: () => (usage = 99.9),
    endMeasuring: () => clearInterval(measuring),
  };
}

/** Resident memory of a process, in MB. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) / 1_024);
}

interface Outage {
  fail: () => Promise<void>;
  mend: () => Promise<void>;
  lastsMs: number;
  /** What else has to be so before the hub is stopped. */
  rest?: () => Promise<void>;
}

/**
 * What has to hold however the database fails: what is seen goes on, an alarm rings, people are told that
 * storing lags, and afterwards everything is stored, once.
 */
async function survives(
  name: string,
  stage: Awaited<ReturnType<typeof observed>>,
  { fail, mend, lastsMs, rest }: Outage,
) {
  const { hub, api, host, agent, live, seen, said } = stage;
  const memory = { before: await memoryOf(hub.pid), during: 0, after: 0 };
  await fail();
  const failed = Date.now();
  const firstAfter = agent.frames.length;
  try {
    await vi.waitFor(() => expect(said.some(({ lagMs }) => lagMs >= 3_000)).toBe(true), PATIENCE);
    const fired = live.next('incident', ({ status }) => status === 'open', TOLD_MS);
    stage.alarm();
    await fired;
    await vi.waitUntil(() => Date.now() - failed >= lastsMs, { timeout: lastsMs + 5_000, interval: 100 });
    memory.during = await memoryOf(hub.pid);
    const lastNow = agent.frames.length - 1;
    await vi.waitFor(() => expect(seen.has(lastNow)).toBe(true), PATIENCE);
    for (let seq = firstAfter; seq <= lastNow; seq += 1) expect(seen.has(seq), `frame ${seq}`).toBe(true);
  } finally {
    await mend();
  }
  const mended = Date.now();
  stage.endMeasuring();
  await vi.waitFor(() => expect(agent.unacknowledged).toEqual([]), PATIENCE);
  record(`${name}: mended → everything acknowledged, ms`, Date.now() - mended);
  await vi.waitFor(() => expect(said.at(-1)!.lagMs).toBeLessThan(3_000), PATIENCE);
  await rest?.();
  memory.after = await memoryOf(hub.pid);
  record(`${name}: memory of the hub before, during and after, MB`, memory);

  // A hub that stops writes all that it has; the next start reads what is there.
  await vi.waitFor(async () => expect(await incidents(api)).toHaveLength(1), PATIENCE);
  await hub.stop();
  await hub.start();
  await vi.waitFor(async () => {
    const stored = await storedFrames(hub, host.id);
    expect(stored.map(({ seq }) => seq)).toEqual(agent.frames.map(({ seq }) => seq));
  }, PATIENCE);
  expect(await incidents(await Api.signIn(hub.url))).toHaveLength(1);
}

async function incidents(api: Api): Promise<Incident[]> {
  const { incidents: all } = await api.incidents();
  return all.filter(({ ruleName }) => ruleName === RULE);
}

it('a MongoDB that stands still for a minute, with two hundred hosts', async () => {
  const stage = await observed();
  const { hub, api } = stage;
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-outage-'));
  undo.push(() => rm(folder, { recursive: true }));
  const { token } = await api.enrolmentToken(200);
  const fleet = new Program('the simulated hosts', 'bench/simulate/main.mjs', [
    ...['--hub', hub.url, '--token', token, '--hosts', '200', '--keys', join(folder, 'keys.json')],
    ...['--for', '90s'],
  ]);
  await vi.waitFor(() => expect(fleet.output).toContain('200/200 connected'), PATIENCE);
  const mongod = await hub.mongodPid();
  await survives('MongoDB stood still', stage, {
    fail: async () => void process.kill(mongod, 'SIGSTOP'),
    mend: async () => void process.kill(mongod, 'SIGCONT'),
    rest: async () => {
      const { code } = await fleet.ended;
      expect(code, fleet.output).toBe(0);
      expect(fleet.output).toContain('refused 0');
    },
    lastsMs: 60_000,
  });
}, 240_000);

it('a MongoDB that is killed', async () => {
  const stage = await observed();
  const kill = async () => void process.kill(await stage.hub.mongodPid(), 'SIGKILL');
  let killing = true;
  await survives('MongoDB was killed', stage, {
    fail: async () => {
      await kill();
      // The hub starts it again at once: so that it is away for a while it is killed each time.
      void (async () => {
        while (killing) await kill().catch(() => new Promise((resolve) => setTimeout(resolve, 20)));
      })();
    },
    mend: async () => void (killing = false),
    lastsMs: 8_000,
  });
}, 240_000);

it('a MongoDB whose disk is full', async () => {
  if (process.getuid!() !== 0) {
    throw new Error('This test makes a small disk of its own, which needs root: sudo npm test');
  }
  const disk = await mkdtemp(join(tmpdir(), 'tocsin-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tocsin-outage', disk]);
  undo.push(async () => {
    await run('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true });
  });
  const stage = await observed({ TOCSIN_DATA_DIR: join(disk, 'data') });
  const ballast = join(disk, 'ballast');
  await survives('the disk was full', stage, {
    fail: async () => {
      const { bavail, bsize } = await statfs(disk);
      await writeFile(ballast, Buffer.alloc(bavail * bsize, 1));
    },
    mend: () => rm(ballast),
    lastsMs: 12_000,
  });
}, 240_000);
