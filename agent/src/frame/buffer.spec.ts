import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryDisk } from '../../test/memory-disk.js';
import { memoryLog } from '../../test/test-agent.js';
import { FrameBuffer, type BufferOptions } from './buffer.js';

const bootId = '0123456789abcdef';
const limits = { frames: 500, bytes: 500_000 };
const frame = (seq: number) => ({ seq, json: `{"seq":${seq}}` });
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

let disk: MemoryDisk;
beforeEach(() => {
  vi.useFakeTimers();
  disk = new MemoryDisk();
});
afterEach(() => {
  vi.useRealTimers();
});

async function start(options: Partial<BufferOptions> = {}) {
  const { log, lines } = memoryLog();
  const buffer = new FrameBuffer({
    ...{ bootId, stateDir: '/state', memoryBytes: 1e6, diskBytes: 1e6, log, disk },
    ...options,
  });
  buffer.start();
  await vi.advanceTimersByTimeAsync(0);
  return { buffer, lines };
}

const writes = () => disk.done.filter((one) => one === 'append').length;
const ack = (buffer: FrameBuffer, from: number, to = from) =>
  buffer.acknowledge({ bootId, ranges: [[from, to]] });
const seqs = async (buffer: FrameBuffer) => {
  buffer.rewind();
  const all: number[] = [];
  const wanted = (_: string, seq: number) => !all.includes(seq);
  for (let batch; (batch = await buffer.take(wanted, limits)) !== undefined;)
    all.push(...batch.frames.map(({ seq }) => seq));
  return all;
};

describe('as long as the hub acknowledges soon', () => {
  it('nothing touches the disk', async () => {
    const { buffer } = await start();
    const before = disk.done.length;
    for (const seq of numbers(0, 20)) {
      buffer.add(frame(seq), true);
      await vi.advanceTimersByTimeAsync(900);
      ack(buffer, seq);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(disk.done.slice(before)).toEqual([]);
    expect(buffer.size).toBe(0);
  });

  it('no timer is left that would wake the process', async () => {
    const { buffer } = await start();
    const before = vi.getTimerCount();
    buffer.add(frame(0), true);
    expect(vi.getTimerCount()).toBe(before + 1);
    ack(buffer, 0);
    expect(vi.getTimerCount()).toBe(before);
  });
});

describe('frames go to disk', () => {
  it('when the hub has not acknowledged the oldest in time, and then each at once', async () => {
    const { buffer } = await start();
    buffer.add(frame(0), true);
    await vi.advanceTimersByTimeAsync(1000);
    buffer.add(frame(1), true);
    expect(buffer.volatile).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(buffer).toMatchObject({ volatile: 0, size: 2 });
    buffer.add(frame(2), true);
    await vi.advanceTimersByTimeAsync(0);
    expect(buffer).toMatchObject({ volatile: 0, size: 3 });
  });

  it('at once when they cannot be sent', async () => {
    const { buffer } = await start();
    buffer.add(frame(0), false);
    await vi.advanceTimersByTimeAsync(0);
    expect(buffer.volatile).toBe(0);
    expect(writes()).toBe(1);
  });

  it('when the connection is lost', async () => {
    const { buffer } = await start();
    buffer.add(frame(0), true);
    buffer.closed();
    await vi.advanceTimersByTimeAsync(0);
    expect(buffer.volatile).toBe(0);
  });

  it('no more as soon as the hub acknowledges in time again, which an old frame does not show', async () => {
    const { buffer } = await start();
    buffer.add(frame(0), false);
    buffer.add(frame(1), true);
    await vi.advanceTimersByTimeAsync(2000);
    ack(buffer, 0, 1);
    buffer.add(frame(2), true);
    await vi.advanceTimersByTimeAsync(500);
    expect(buffer.volatile).toBe(0);
    ack(buffer, 2);
    const before = writes();
    buffer.add(frame(3), true);
    await vi.advanceTimersByTimeAsync(500);
    expect(buffer.volatile).toBe(1);
    ack(buffer, 3);
    await vi.advanceTimersByTimeAsync(5000);
    expect(writes()).toBe(before);
    expect(disk.files.size).toBe(0);
  });

  it('when the agent is stopped', async () => {
    const { buffer } = await start();
    buffer.add(frame(0), true);
    await buffer.close();
    disk.powerCut(0);
    expect(disk.locked).toBe(false);
    expect(await seqs((await start({ bootId: 'fedcba9876543210' })).buffer)).toEqual([0]);
  });
});

describe('what is taken', () => {
  it('is in order, first from disk and then from memory', async () => {
    const { buffer } = await start();
    for (const seq of numbers(0, 3)) buffer.add(frame(seq), false);
    await vi.advanceTimersByTimeAsync(0);
    disk.broken = 'EIO';
    for (const seq of numbers(4, 6)) buffer.add(frame(seq), false);
    await vi.advanceTimersByTimeAsync(0);
    expect(buffer).toMatchObject({ size: 7, volatile: 3 });
    expect(await seqs(buffer)).toEqual(numbers(0, 6));
  });

  it('is what earlier starts have left, before what this one has', async () => {
    const { buffer } = await start();
    for (const seq of numbers(0, 3)) buffer.add(frame(seq), false);
    await vi.advanceTimersByTimeAsync(0);
    disk.locked = false;
    const { buffer: next, lines } = await start({ bootId: 'fedcba9876543210' });
    expect(lines).toEqual(['info: 4 frames of before wait to be sent']);
    next.add(frame(0), false);
    await vi.advanceTimersByTimeAsync(0);
    expect((await next.take(() => true, limits))?.bootId).toBe(bootId);
    expect(await next.take(() => true, limits)).toEqual({ bootId: 'fedcba9876543210', frames: [frame(0)] });
  });

  it('is forgotten when it is acknowledged while it is being written', async () => {
    const { buffer } = await start();
    let answer = (): void => undefined;
    disk.hanging = new Promise((resolve) => (answer = resolve));
    buffer.add(frame(0), false);
    buffer.add(frame(1), false);
    ack(buffer, 0);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(await seqs(buffer)).toEqual([1]);
    expect(buffer.size).toBe(1);
  });
});

describe('a disk that does not work', () => {
  it.each([
    ['EROFS', 'is read-only'],
    ['EACCES', 'may not be written by this user'],
    ['EIO', 'is on a disk that fails'],
    ['ENOSPC', 'is full'],
    ['ESTALE', 'cannot be used: ESTALE: as a test wants it'],
  ])('with %s is named, and frames wait in memory until it does', async (code, words) => {
    disk.broken = code;
    const { buffer } = await start();
    expect(buffer.problem).toBe(`frames wait in memory only: /state ${words}`);
    for (const seq of numbers(0, 3)) buffer.add(frame(seq), false);
    expect(buffer).toMatchObject({ size: 4, volatile: 4 });
    disk.broken = undefined;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer).toMatchObject({ size: 4, volatile: 0, problem: undefined });
    expect(await seqs(buffer)).toEqual([0, 1, 2, 3]);
  });

  it('is tried again now and then, not with each frame', async () => {
    const { buffer } = await start();
    disk.broken = 'EIO';
    for (const seq of numbers(0, 89)) {
      buffer.add(frame(seq), false);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(writes()).toBe(0);
    expect(disk.done.filter((one) => one === 'create').length).toBeLessThanOrEqual(1);
    expect(buffer.problem).toContain('fails');
  });

  it('is noticed before a frame has to be written', async () => {
    const { buffer } = await start();
    expect(buffer.problem).toBeUndefined();
    disk.broken = 'EROFS';
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer.problem).toContain('read-only');
    disk.broken = undefined;
    disk.room = 1e6;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer.problem).toContain('is full');
  });

  it('that fills up keeps what it has, and the newest wait in memory', async () => {
    const { buffer } = await start({ memoryBytes: 3000 });
    for (const seq of numbers(0, 3)) buffer.add(frame(seq), false);
    await vi.advanceTimersByTimeAsync(0);
    disk.room = 10;
    for (const seq of numbers(4, 29)) {
      buffer.add(frame(seq), false);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(buffer.problem).toContain('is full');
    expect(buffer.dropped).toBe(30 - buffer.size);
    const left = await seqs(buffer);
    expect(left).toEqual([...numbers(0, 3), ...numbers(4 + buffer.dropped, 29)]);
    expect(left.length).toBeGreaterThan(10);
    disk.room = Infinity;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer.volatile).toBe(0);
    expect(await seqs(buffer)).toEqual(left);
  });

  it('that does not answer holds nothing up and is named', async () => {
    const { buffer } = await start();
    disk.hanging = new Promise(() => undefined);
    buffer.add(frame(0), false);
    await vi.advanceTimersByTimeAsync(5001);
    expect(buffer.problem).toBe('frames wait in memory only: /state does not answer');
    buffer.add(frame(1), false);
    expect(buffer.size).toBe(2);
  });

  it('is given up after a while when the agent starts, and taken up when it answers', async () => {
    let answer = (): void => undefined;
    disk.hanging = new Promise((resolve) => (answer = resolve));
    const { buffer } = await start();
    buffer.add(frame(0), false);
    const taking = seqs(buffer);
    await vi.advanceTimersByTimeAsync(5001);
    expect(await taking).toEqual([0]);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(buffer).toMatchObject({ volatile: 0, size: 1, problem: undefined });
  });

  it('that is locked and then cannot be read is still this agent’s when it can', async () => {
    disk.unreadable = 'EIO';
    const { buffer } = await start();
    expect(buffer.problem).toContain('is on a disk that fails');
    disk.unreadable = undefined;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer.problem).toBeUndefined();
  });

  it('of another agent is left alone until that one is gone', async () => {
    disk.locked = true;
    const { buffer } = await start();
    expect(buffer.problem).toContain('is in use by another agent');
    buffer.add(frame(0), false);
    expect(buffer.volatile).toBe(1);
    disk.locked = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(buffer).toMatchObject({ volatile: 0, problem: undefined });
  });
});

describe('without a folder', () => {
  it('frames wait in memory, which is said once and is no failure', async () => {
    const { buffer, lines } = await start({ stateDir: undefined });
    for (const seq of numbers(0, 3)) buffer.add(frame(seq), false);
    buffer.closed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(buffer).toMatchObject({ size: 4, volatile: 4, problem: undefined });
    expect(await seqs(buffer)).toEqual([0, 1, 2, 3]);
    expect(lines).toEqual([expect.stringContaining('no stateDir is set')]);
    await buffer.close();
  });
});
