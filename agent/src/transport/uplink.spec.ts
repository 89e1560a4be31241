import type { Frame, FrameBatch } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryDisk } from '../../test/memory-disk.js';
import { memoryLog } from '../../test/test-agent.js';
import { FrameBuffer, type BufferOptions } from '../frame/buffer.js';
import { Uplink } from './uplink.js';

const bootId = '0123456789abcdef';
const frame = (seq: number) => ({ seq, t: seq });

function setup({ open = true, buffered = {} }: { open?: boolean; buffered?: Partial<BufferOptions> } = {}) {
  const { log, lines } = memoryLog();
  const buffer = new FrameBuffer({ bootId, memoryBytes: 1e7, diskBytes: 1e7, log, ...buffered });
  const live: number[] = [];
  const batches: FrameBatch[] = [];
  const outlet = {
    open,
    sendFrame: (json: string) => void live.push((JSON.parse(json) as Frame).seq),
    sendBatch: (json: string) => void batches.push(JSON.parse(json) as FrameBatch),
  };
  return { uplink: new Uplink(bootId, buffer, outlet, log), buffer, outlet, live, batches, lines };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqsOf = (batch: FrameBatch | undefined) => batch?.frames.map(({ seq }) => seq);

/** As `setup`, with frames that waited while the hub was away. */
async function withBacklog(count: number, buffered: Partial<BufferOptions> = {}) {
  const parts = setup({ open: false, buffered });
  for (let seq = 0; seq < count; seq++) parts.uplink.send(frame(seq));
  parts.outlet.open = true;
  parts.uplink.opened();
  await vi.advanceTimersByTimeAsync(1000);
  return parts;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the backlog', () => {
  it('has one batch on its way at a time, and the next follows its acknowledgement', async () => {
    const { uplink, batches, buffer } = await withBacklog(1200);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(batches).toHaveLength(1);
    for (let times = 1; buffer.size > 0; times++) {
      const seqs = seqsOf(batches.at(-1))!;
      uplink.acknowledged({ bootId, ranges: [[seqs[0]!, seqs.at(-2)!]] });
      await vi.advanceTimersByTimeAsync(1000);
      expect(batches).toHaveLength(times);
      uplink.acknowledged({ bootId, ranges: [[seqs.at(-1)!, seqs.at(-1)!]] });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(batches.flatMap((batch) => seqsOf(batch)!)).toEqual(numbers(0, 1199));
    expect(Math.max(...batches.map(({ frames }) => frames.length))).toBeLessThanOrEqual(500);
  });

  it('does not hold up the present', async () => {
    const { uplink, live } = await withBacklog(1200);
    uplink.send(frame(1200));
    expect(live).toEqual([1200]);
  });

  it('starts over with everything that is not acknowledged when the connection was lost', async () => {
    const { uplink, batches } = await withBacklog(3);
    uplink.acknowledged({ bootId, ranges: [[1, 1]] });
    uplink.closed();
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches[1]?.frames.map(({ seq }) => seq)).toEqual([0, 2]);
  });

  it('leaves out what went out as a frame of the present, until the connection is lost', async () => {
    const { uplink, batches } = await withBacklog(2);
    uplink.send(frame(2));
    uplink.acknowledged({ bootId, ranges: [[0, 1]] });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(batches).toHaveLength(1);
    uplink.closed();
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    expect(seqsOf(batches[1])).toEqual([2]);
  });

  it('comes from disk, start after start, each with its own number of the start', async () => {
    const disk = new MemoryDisk();
    const earlier = new FrameBuffer({
      ...{ bootId: 'fedcba9876543210', stateDir: '/state', memoryBytes: 1e6, diskBytes: 1e6 },
      ...{ log: memoryLog().log, disk },
    });
    earlier.start();
    for (const seq of numbers(7, 9)) earlier.add({ seq, json: JSON.stringify(frame(seq)) }, false);
    await earlier.close();

    const { uplink, buffer, outlet, batches, lines } = setup({
      open: false,
      buffered: { stateDir: '/state', disk },
    });
    buffer.start();
    uplink.send(frame(0));
    outlet.open = true;
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    uplink.acknowledged({ bootId: 'fedcba9876543210', ranges: [[7, 9]] });
    await vi.advanceTimersByTimeAsync(1000);
    uplink.acknowledged({ bootId, ranges: [[0, 0]] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches).toEqual([
      { bootId: 'fedcba9876543210', frames: [frame(7), frame(8), frame(9)] },
      { bootId, frames: [frame(0)] },
    ]);
    expect(disk.files.size).toBe(0);
    expect(lines.at(-1)).toBe('info: 4 frames that had waited are with the hub');
  });

  it('that nobody answers is sent again, in batches of which the hub can name each frame', async () => {
    const { uplink, batches } = await withBacklog(400);
    uplink.acknowledged({ bootId, ranges: [[0, 49]] });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(batches).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seqsOf(batches[1])).toEqual(numbers(50, 149));
    uplink.acknowledged({ bootId, ranges: [[50, 149]] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(seqsOf(batches[2])).toEqual(numbers(150, 249));
  });

  it('is not stopped by a connection that is lost while the disk is read', async () => {
    const disk = new MemoryDisk();
    const { uplink, buffer, outlet, batches } = setup({
      open: false,
      buffered: { stateDir: '/state', disk },
    });
    buffer.start();
    await vi.advanceTimersByTimeAsync(0);
    for (const seq of numbers(0, 3)) uplink.send(frame(seq));
    await vi.advanceTimersByTimeAsync(0);
    let answer = (): void => undefined;
    disk.hanging = new Promise((resolve) => (answer = resolve));
    outlet.open = true;
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    outlet.open = false;
    uplink.closed();
    answer();
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches).toEqual([]);
    outlet.open = true;
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches.map(seqsOf)).toEqual([[0, 1, 2, 3]]);
  });

  it('is read again later from a disk that cannot be read', async () => {
    const disk = new MemoryDisk();
    const { uplink, buffer, outlet, batches } = setup({
      open: false,
      buffered: { stateDir: '/state', disk },
    });
    buffer.start();
    await vi.advanceTimersByTimeAsync(0);
    uplink.send(frame(0));
    await vi.advanceTimersByTimeAsync(0);
    disk.unreadable = 'EIO';
    outlet.open = true;
    uplink.opened();
    await vi.advanceTimersByTimeAsync(1000);
    disk.unreadable = undefined;
    await vi.advanceTimersByTimeAsync(5000);
    expect(batches.map(seqsOf)).toEqual([[0]]);
  });
});

describe('a frame of the present', () => {
  it('that the hub passed over, though it acknowledged much later ones, is sent again', async () => {
    const { uplink, outlet, batches } = setup();
    outlet.open = true;
    uplink.opened();
    for (const seq of numbers(0, 80)) {
      uplink.send(frame(seq));
      if (seq !== 3) uplink.acknowledged({ bootId, ranges: [[seq, seq]] });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(batches.map(seqsOf)).toEqual([[3]]);
  });

  it('is not sent again while the hub acknowledges nothing', async () => {
    const { uplink, batches } = setup();
    uplink.opened();
    for (const seq of numbers(0, 200)) {
      uplink.send(frame(seq));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(batches).toEqual([]);
  });

  it('that no message can hold is given up, or it would end each connection', () => {
    const { uplink, live, buffer, lines } = setup();
    uplink.send({ ...frame(0), failures: [{ collector: 'x', error: 'é'.repeat(500_000) }] });
    expect(live).toEqual([]);
    expect(buffer.size).toBe(0);
    expect(uplink.dropped).toBe(1);
    expect(lines).toEqual([expect.stringContaining('larger than a hub takes')]);
  });
});

describe('acknowledgements', () => {
  it('of another start say nothing about this one', () => {
    const { uplink, buffer } = setup();
    uplink.send(frame(0));
    uplink.acknowledged({ bootId: 'fedcba9876543210', ranges: [[0, 9]] });
    expect(buffer.size).toBe(1);
  });

  it('end the wait of a stop', async () => {
    const { uplink } = setup();
    uplink.send(frame(0));
    const drained = uplink.drained(10_000);
    uplink.acknowledged({ bootId, ranges: [[0, 0]] });
    await drained;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that never come hold up a stop no longer than they may', async () => {
    const { uplink } = setup();
    uplink.send(frame(0));
    const drained = uplink.drained(2000);
    await vi.advanceTimersByTimeAsync(2000);
    await drained;
  });
});

describe('refusals', () => {
  it.each(['invalid', 'future', 'too_old'] as const)('a frame refused as %s is never sent again', (code) => {
    const { uplink, buffer } = setup();
    uplink.send(frame(0));
    uplink.refused({ code, message: 'no', seq: 0, bootId });
    expect(buffer.size).toBe(0);
  });

  it('a frame that came too fast is kept and sent later', async () => {
    const { uplink, batches } = setup();
    uplink.send(frame(0));
    uplink.refused({ code: 'rate_limited', message: 'too fast', seq: 0, bootId });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(batches.map(({ frames }) => frames)).toEqual([[frame(0)]]);
  });

  it('of whole batches as too fast make the agent wait longer each time', async () => {
    const { uplink, batches } = await withBacklog(3);
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      const before = batches.length;
      uplink.refused({ code: 'rate_limited', message: 'too fast', bootId });
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
      expect(batches).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(batches).toHaveLength(before + 1);
    }
  });

  it('a batch that came too fast is sent later as a whole', async () => {
    const { uplink, batches } = await withBacklog(3);
    uplink.refused({ code: 'rate_limited', message: 'too fast', bootId });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(batches).toHaveLength(2);
    expect(batches[1]).toEqual(batches[0]);
  });

  it('one frame of a batch is given up, and the others wait for their acknowledgement', async () => {
    const { uplink, batches, buffer } = await withBacklog(600);
    const last = seqsOf(batches[0])!.at(-1)!;
    uplink.refused({ code: 'invalid', message: 'no', seq: 1, bootId });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(batches).toHaveLength(1);
    expect(buffer.size).toBe(599);
    uplink.acknowledged({
      bootId,
      ranges: [
        [0, 0],
        [2, last],
      ],
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(seqsOf(batches[1])).toEqual(numbers(last + 1, 599));
  });

  it('many frames of a batch are given up with one message', async () => {
    const { uplink, batches, buffer } = await withBacklog(600);
    const last = seqsOf(batches[0])!.at(-1)!;
    const ranges: [number, number][] = [
      [0, 259],
      [290, 290],
    ];
    uplink.refused({ code: 'too_old', message: 'no', seq: 0, ranges, bootId });
    expect(buffer.size).toBe(339);
    uplink.acknowledged({ bootId, ranges: [[260, last]] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(seqsOf(batches[1])).toEqual(numbers(last + 1, 599));
  });

  it('a batch that is refused as a whole is searched for the frame at fault, which is given up', async () => {
    const { uplink, batches, buffer } = await withBacklog(40);
    const refuse = 17;
    for (let answered = 0; buffer.size > 0 && answered < 100; answered++) {
      const seqs = seqsOf(batches.at(-1))!;
      if (seqs.includes(refuse)) uplink.refused({ code: 'invalid', message: 'no', field: '/frames' });
      else uplink.acknowledged({ bootId, ranges: [[seqs[0]!, seqs.at(-1)!]] });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(buffer.size).toBe(0);
    const taken = batches.map((batch) => seqsOf(batch)!).filter((seqs) => !seqs.includes(refuse));
    expect(taken.flat()).toEqual(numbers(0, 39).filter((seq) => seq !== refuse));
  });

  it('of something else that was sent do not concern the batch', async () => {
    const { uplink, batches, buffer } = await withBacklog(3);
    uplink.refused({ code: 'invalid', message: 'There is no event "live".' });
    uplink.refused({ code: 'invalid', message: 'no', field: '/interval' });
    uplink.refused({ code: 'invalid', message: 'no', bootId: 'fedcba9876543210' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(batches).toHaveLength(1);
    expect(buffer.size).toBe(3);
  });

  it('of one kind are logged once a minute', () => {
    const { uplink, lines } = setup();
    for (let seq = 0; seq < 100; seq++) uplink.refused({ code: 'future', message: 'ahead', seq, bootId });
    expect(lines).toEqual(['warn: the hub refused frame 0: ahead (future)']);
    vi.advanceTimersByTime(60_000);
    uplink.refused({ code: 'future', message: 'ahead', seq: 100, bootId });
    expect(lines).toHaveLength(2);
  });
});
