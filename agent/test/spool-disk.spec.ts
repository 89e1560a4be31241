import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameBuffer } from '../src/frame/buffer.js';
import { monotonic } from '../src/frame/schedule.js';
import { hostDisk } from '../src/frame/spool/disk.js';
import { Spool } from '../src/frame/spool/spool.js';
import { memoryLog, testAgent } from './test-agent.js';
import { TestHub } from './test-hub.js';

const bootId = '0123456789abcdef';
const limits = { frames: 500, bytes: 500_000 };
const frame = (seq: number, size = 0) => ({ seq, json: JSON.stringify({ seq, text: 'x'.repeat(size) }) });
const isRoot = process.geteuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-spool-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function start(stateDir: string, boot = bootId) {
  const { log, lines } = memoryLog();
  const buffer = new FrameBuffer({ bootId: boot, stateDir, memoryBytes: 1e6, diskBytes: 1e7, log });
  buffer.start();
  return { buffer, lines };
}

/** By start, everything that is there, in order. */
async function everything(path: string): Promise<Map<string, number[]>> {
  const onLost = (why: string): void => expect.fail(why);
  const spool = await Spool.open(
    hostDisk,
    path,
    { bytes: 1e9, age: Infinity },
    { onLost, onSyncFailed: onLost as never },
    monotonic,
  );
  const all = new Map<string, number[]>();
  for (let batch; (batch = await spool.take(() => true, limits)) !== undefined;)
    all.set(batch.bootId, [...(all.get(batch.bootId) ?? []), ...batch.frames.map(({ seq }) => seq)]);
  await spool.close();
  return all;
}

describe('on a real disk', () => {
  it('only the agent’s user can read what it keeps, and the next start finds it', async () => {
    const stateDir = join(folder, 'new', 'state');
    const { buffer } = start(stateDir);
    for (let seq = 0; seq < 100; seq++) buffer.add(frame(seq), false);
    await vi.waitFor(() => expect(buffer.volatile).toBe(0));
    const [file] = readdirSync(join(stateDir, 'frames')).filter((name) => name.endsWith('.frames1'));
    expect(statSync(join(stateDir, 'frames')).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'frames', file!)).mode & 0o777).toBe(0o600);
    await buffer.close();
    const { buffer: next } = start(stateDir, 'fedcba9876543210');
    await vi.waitFor(() => expect(next.size).toBe(100));
    const batch = await next.take(() => true, limits);
    expect(batch?.frames).toEqual(Array.from({ length: 100 }, (_, seq) => frame(seq)));
    next.acknowledge({ bootId, ranges: [[0, 99]] });
    await vi.waitFor(() => expect(readdirSync(join(stateDir, 'frames'))).toEqual(['lock']));
    await next.close();
    expect(readdirSync(join(stateDir, 'frames'))).toEqual([]);
  });

  it('two agents in one folder do not disturb each other', async () => {
    const { buffer: first } = start(folder);
    first.add(frame(0), false);
    await vi.waitFor(() => expect(first.volatile).toBe(0));
    const { buffer: second } = start(folder, 'fedcba9876543210');
    await vi.waitFor(() => expect(second.problem).toContain('in use by another agent'));
    second.add(frame(0), false);
    expect(second).toMatchObject({ volatile: 1, size: 1 });
    await first.close();
    await second.close();
    expect(await everything(join(folder, 'frames'))).toEqual(new Map([[bootId, [0]]]));
  });

  it('a folder that nobody may write is named', async () => {
    const { buffer } = start('/sys/tocsin');
    await vi.waitFor(() => expect(buffer.problem).toBeDefined());
    buffer.add(frame(0), false);
    expect(buffer.size).toBe(1);
  });
});

describe.skipIf(!isRoot)('on a file system of 4 MB', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tocsin-test', folder]);
  });
  afterEach(() => {
    execFileSync('umount', ['-l', folder]);
  });

  it('that is full, frames wait in memory, and go to disk in order when there is room again', async () => {
    vi.useFakeTimers({
      toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout', 'performance'],
    });
    const { buffer } = start(folder);
    for (let seq = 0; seq < 10; seq++) buffer.add(frame(seq, 1000), false);
    await vi.waitFor(() => expect(buffer.volatile).toBe(0));
    const { bsize, bfree } = await import('node:fs').then(({ statfsSync }) => statfsSync(folder));
    writeFileSync(join(folder, 'other'), Buffer.alloc(bsize * bfree - 20_000));
    for (let seq = 10; seq < 60; seq++) buffer.add(frame(seq, 1000), false);
    await vi.waitFor(() => expect(buffer.problem).toBe(`frames wait in memory only: ${folder} is full`));
    expect(buffer.volatile).toBeGreaterThan(40);
    expect([buffer.size, buffer.dropped]).toEqual([60, 0]);
    rmSync(join(folder, 'other'));
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitFor(() => expect(buffer).toMatchObject({ size: 60, volatile: 0, problem: undefined }));
    const taken = [];
    for (let batch; (batch = await buffer.take(() => true, limits)) !== undefined;)
      taken.push(...batch.frames.map(({ seq }) => seq));
    expect(taken).toEqual(Array.from({ length: 60 }, (_, seq) => seq));
    await buffer.close();
  });

  it('that becomes read-only, the agent says so, keeps frames in memory and still sends those on disk', async () => {
    vi.useFakeTimers({
      toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout', 'performance'],
    });
    const { buffer } = start(folder);
    buffer.add(frame(0), false);
    await vi.waitFor(() => expect(buffer.volatile).toBe(0));
    // The growing file has to be closed, or the file system is busy.
    buffer.acknowledge({ bootId, ranges: [[0, 0]] });
    await vi.waitFor(() => expect(readdirSync(join(folder, 'frames'))).toEqual(['lock']));
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitFor(() => expect(buffer.problem).toBe(`frames wait in memory only: ${folder} is read-only`));
    buffer.add(frame(1), false);
    expect(buffer.volatile).toBe(1);
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitFor(() => expect(buffer).toMatchObject({ volatile: 0, problem: undefined, size: 1 }));
    await buffer.close();
  });

  it.each([
    ['read-only', () => execFileSync('mount', ['-o', 'remount,ro', folder])],
    ['full', () => writeFileSync(join(folder, 'other'), Buffer.alloc(3 * 1024 * 1024))],
  ])('that is %s from the start, every frame leaves in its interval and says so', async (what, make) => {
    make();
    const hub = await TestHub.start();
    const { agent } = testAgent(hub.url, { buffer: { stateDir: folder, memoryBytes: 1e6, diskBytes: 1e6 } });
    await agent.start();
    await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(20), { timeout: 10_000 });
    expect(hub.lastFrame?.failures).toEqual([
      { collector: 'buffer', error: `frames wait in memory only: ${folder} is ${what}` },
    ]);
    expect(hub.faults).toEqual([]);
    await agent.stop('restart');
    await hub.kill();
  });
});

describe('a process that is killed', () => {
  const ROUNDS = 20;

  it(`${ROUNDS} times while it writes has lost nothing that it had written`, async () => {
    const bundle = await rolldown({
      input: fileURLToPath(new URL('spool-writer.ts', import.meta.url)),
      platform: 'node',
    });
    const program = join(folder, 'writer.mjs');
    await bundle.write({ file: program, format: 'esm' });
    await bundle.close();
    const stateDir = join(folder, 'state');
    mkdirSync(stateDir);
    let total = 0;
    const told = new Map<string, { written: number; acknowledged: number }>();
    for (let round = 0; round < ROUNDS; round++) {
      const boot = String(round).padStart(16, '0');
      const said = { written: -1, acknowledged: -1 };
      told.set(boot, said);
      const child = fork(program, [stateDir, boot]);
      child.on('message', (message) => Object.assign(said, message));
      await once(child, 'message');
      await delay(Math.random() * 150);
      child.kill('SIGKILL');
      await once(child, 'exit');
      total += said.written;
    }
    const there = await everything(join(stateDir, 'frames'));
    for (const [boot, { written, acknowledged }] of told) {
      const seqs = there.get(boot) ?? [];
      const first = seqs[0] ?? written + 1;
      // What is there has no hole, begins before what was not acknowledged and holds all that was written.
      expect(seqs).toEqual(seqs.map((_, place) => first + place));
      expect(first).toBeLessThanOrEqual(Math.max(0, acknowledged + 1));
      expect(seqs.at(-1) ?? written).toBeGreaterThanOrEqual(written);
    }
    expect(total).toBeGreaterThan(ROUNDS * 20);
  }, 60_000);
});
