import type { FrameBatch } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryLog } from '../../test/test-agent.js';
import { FrameBuffer } from '../frame/buffer.js';
import { Uplink } from './uplink.js';

const bootId = '0123456789abcdef';
const frame = (seq: number) => ({ seq, t: seq });

function setup({ open = true } = {}) {
  const buffer = new FrameBuffer({ frames: 5000, bytes: 1e7 });
  const live: number[] = [];
  const batches: FrameBatch[] = [];
  const outlet = {
    open,
    sendFrame: ({ seq }: { seq: number }) => void live.push(seq),
    sendBatch: (batch: FrameBatch) => void batches.push(batch),
  };
  const { log, lines } = memoryLog();
  return { uplink: new Uplink(bootId, buffer, outlet, log), buffer, outlet, live, batches, lines };
}

/** As `setup`, with frames that waited while the hub was away. */
async function withBacklog(count: number) {
  const parts = setup({ open: false });
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
    await vi.advanceTimersByTimeAsync(60_000);
    expect(batches.map(({ frames }) => frames.length)).toEqual([500]);
    uplink.acknowledged({ bootId, ranges: [[0, 499]] });
    await vi.advanceTimersByTimeAsync(1000);
    uplink.acknowledged({ bootId, ranges: [[500, 999]] });
    await vi.advanceTimersByTimeAsync(1000);
    uplink.acknowledged({ bootId, ranges: [[1000, 1199]] });
    expect(batches.map(({ frames }) => frames.length)).toEqual([500, 500, 200]);
    expect(buffer.size).toBe(0);
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

  it('a batch that came too fast is sent later as a whole', async () => {
    const { uplink, batches } = await withBacklog(3);
    uplink.refused({ code: 'rate_limited', message: 'too fast', bootId });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(batches).toHaveLength(2);
    expect(batches[1]).toEqual(batches[0]);
  });

  it('one frame of a batch is given up, and the others wait for their acknowledgement', async () => {
    const { uplink, batches, buffer } = await withBacklog(600);
    uplink.refused({ code: 'invalid', message: 'no', seq: 1, bootId });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(batches).toHaveLength(1);
    expect(buffer.size).toBe(599);
    uplink.acknowledged({
      bootId,
      ranges: [
        [0, 0],
        [2, 499],
      ],
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches[1]?.frames.map(({ seq }) => seq)).toContain(500);
  });

  it('a batch that is refused as a whole is given up, or it would be refused for ever', async () => {
    const { uplink, batches, buffer } = await withBacklog(3);
    uplink.refused({ code: 'invalid', message: 'no', bootId });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(batches).toHaveLength(1);
    expect(buffer.size).toBe(0);
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
