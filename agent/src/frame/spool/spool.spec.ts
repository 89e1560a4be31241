import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryDisk } from '../../../test/memory-disk.js';
import { monotonic } from '../schedule.js';
import { Spool, type SpoolBounds } from './spool.js';

const BOOT = '0123456789abcdef';
const LATER = 'fedcba9876543210';
const HOUR = 3_600_000;
const MB = 1024 * 1024;
const roomy = { frames: 500, bytes: MB };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const frame = (seq: number, size = 20) => ({ seq, json: `{"seq":${seq},"text":"${'x'.repeat(size)}"}` });
const frames = (from: number, to: number, size?: number) => numbers(from, to).map((seq) => frame(seq, size));
const everything = () => true;

let disk: MemoryDisk;
let lost: string[];
beforeEach(() => {
  vi.useFakeTimers();
  disk = new MemoryDisk();
  lost = [];
});
afterEach(() => {
  vi.useRealTimers();
});

async function open(bounds: Partial<SpoolBounds> = {}): Promise<Spool> {
  const events = {
    onLost: (why: string) => void lost.push(why),
    onSyncFailed: (why: unknown) => void lost.push(`${why}`),
  };
  const spool = await Spool.open(
    disk,
    '/frames',
    { bytes: 64 * MB, age: 24 * HOUR, ...bounds },
    events,
    monotonic,
  );
  await spool.countAll();
  return spool;
}

const seqs = async (
  spool: Spool,
  limits = roomy,
  wanted: (bootId: string, seq: number) => boolean = everything,
) => (await spool.take(wanted, limits))?.frames.map(({ seq }) => seq);
const acknowledge = async (spool: Spool, from: number, to: number, bootId = BOOT) => {
  spool.acknowledge({ bootId, ranges: [[from, to]] });
  await vi.advanceTimersByTimeAsync(0);
};
const flip = (name: RegExp, at: number) => {
  const [, file] = [...disk.files].find(([path]) => name.test(path))!;
  file.bytes = Buffer.from(file.bytes);
  file.bytes[at]! ^= 1;
};

describe('what is appended', () => {
  it('is taken in order, piece by piece, as it was', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 9));
    expect(await spool.take(everything, { frames: 4, bytes: MB })).toEqual({
      bootId: BOOT,
      frames: frames(0, 3),
    });
    expect(await seqs(spool, { frames: 4, bytes: MB })).toEqual([4, 5, 6, 7]);
    await spool.append(BOOT, frames(10, 11));
    expect(await seqs(spool)).toEqual([8, 9, 10, 11]);
    expect(await seqs(spool)).toBeUndefined();
    await spool.append(BOOT, [frame(12)]);
    expect(await seqs(spool)).toEqual([12]);
  });

  it('is taken up to so many bytes, but always one', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 9));
    expect(await seqs(spool, { frames: 500, bytes: 3 * (frame(0).json.length + 1) })).toEqual([0, 1, 2]);
    expect(await seqs(spool, { frames: 500, bytes: 1 })).toEqual([3]);
  });

  it('is taken again after a rewind, without what is not wanted', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 5));
    await seqs(spool);
    spool.rewind();
    expect(await seqs(spool, roomy, (_, seq) => seq % 2 === 0)).toEqual([0, 2, 4]);
  });

  it('is taken from the beginning when the rewind comes while it is read', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 5));
    disk.hanging = vi.advanceTimersByTimeAsync(10).then(() => spool.rewind());
    expect(await seqs(spool, { frames: 3, bytes: MB })).toEqual([0, 1, 2]);
    expect(await seqs(spool, { frames: 3, bytes: MB })).toEqual([0, 1, 2]);
  });

  it('may be longer than what is read at once', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 2, 700_000));
    expect(await seqs(spool, { frames: 2, bytes: 2 * MB })).toEqual([0, 1]);
    expect(await seqs(spool)).toEqual([2]);
  });

  it('survives a power cut once it is synced, which is soon and not for each frame', async () => {
    const spool = await open();
    await spool.append(BOOT, [frame(0)]);
    await vi.advanceTimersByTimeAsync(0);
    await spool.append(BOOT, [frame(1)]);
    await vi.advanceTimersByTimeAsync(4900);
    expect(disk.done.filter((one) => one === 'sync')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(disk.done.filter((one) => one === 'sync')).toHaveLength(2);
    await spool.append(BOOT, [frame(2)]);
    disk.powerCut(0.5);
    expect(await seqs(await open())).toEqual([0, 1]);
  });

  it('is synced before the spool is closed', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 3));
    await spool.close();
    disk.powerCut(0);
    expect(await seqs(await open())).toEqual([0, 1, 2, 3]);
  });

  it('is in files of a megabyte, and a full one is made safe too', async () => {
    const spool = await open();
    for (const seq of numbers(0, 29)) await spool.append(BOOT, [frame(seq, 100_000)]);
    await vi.advanceTimersByTimeAsync(5000);
    const sizes = [...disk.files.values()].map(({ bytes }) => bytes.length);
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThan(1.2 * MB);
    expect([...disk.files.values()].every(({ safe, bytes }) => safe === bytes.length)).toBe(true);
    expect(await seqs(spool, { frames: 30, bytes: 9 * MB })).toEqual(numbers(0, 29));
  });
});

describe('acknowledgements', () => {
  it('delete a file as soon as all of it is acknowledged, in whatever pieces', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 9));
    await acknowledge(spool, 5, 1e12);
    expect(spool.frames).toBe(5);
    expect(disk.files.size).toBe(1);
    await acknowledge(spool, 0, 4);
    expect(disk.files.size).toBe(0);
    await spool.append(BOOT, [frame(10)]);
    expect(await seqs(spool)).toEqual([10]);
  });

  it('of another start say nothing about this one', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 2));
    await acknowledge(spool, 0, 2, LATER);
    expect(spool.frames).toBe(3);
  });

  it('that come while more is written delete nothing of it', async () => {
    const spool = await open();
    await spool.append(BOOT, [frame(0)]);
    let answer = (): void => undefined;
    disk.hanging = new Promise((resolve) => (answer = resolve));
    const appending = spool.append(BOOT, [frame(1)]);
    await vi.advanceTimersByTimeAsync(0);
    spool.acknowledge({ bootId: BOOT, ranges: [[0, 0]] });
    await vi.advanceTimersByTimeAsync(0);
    answer();
    await appending;
    await vi.advanceTimersByTimeAsync(0);
    expect(await seqs(spool)).toEqual([1]);
  });

  it('of a file that cannot be deleted are not forgotten', async () => {
    const spool = await open();
    await spool.append(BOOT, [frame(0)]);
    disk.broken = 'EROFS';
    await acknowledge(spool, 0, 0);
    expect(disk.files.size).toBe(1);
    disk.broken = undefined;
    await spool.append(BOOT, [frame(1)]);
    await acknowledge(spool, 1, 1);
    expect(disk.files.size).toBe(0);
  });
});

describe('a restart', () => {
  it('finds what was not acknowledged, in the order in which it was written, start by start', async () => {
    const first = await open();
    await first.append(BOOT, frames(0, 2));
    const second = await open();
    await second.append(LATER, frames(0, 1));
    const third = await open();
    expect(third.frames).toBe(5);
    expect(await third.take(everything, roomy)).toEqual({ bootId: BOOT, frames: frames(0, 2) });
    expect(await third.take(everything, roomy)).toEqual({ bootId: LATER, frames: frames(0, 1) });
    await acknowledge(third, 0, 9);
    await acknowledge(third, 0, 9, LATER);
    expect(disk.files.size).toBe(0);
  });

  it('passes over the half of a line that a killed process has left', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 2));
    const [file] = disk.files.values();
    file!.bytes = Buffer.concat([file!.bytes, Buffer.from('0000 3 {"seq":3')]);
    expect(await seqs(await open())).toEqual([0, 1, 2]);
    expect(lost).toEqual([]);
  });

  it('says what is damaged, and sends the rest', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 4));
    flip(/./, 2 * (disk.files.values().next().value!.bytes.length / 5) + 20);
    const next = await open();
    expect(await seqs(next)).toEqual([0, 1, 3, 4]);
    expect(next.dropped).toBe(1);
    expect(lost).toEqual([expect.stringMatching(/^1 frames in 0000000001-\w+.frames1 are damaged$/)]);
  });

  it('leaves alone what is no segment, and removes those that hold nothing', async () => {
    for (const name of [
      'notes.txt',
      '0000000007-0123456789abcdef.frames2',
      '0000000003-0123456789abcdef.frames1',
    ])
      disk.files.set(`/frames/${name}`, { bytes: Buffer.from(''), safe: 0, changedAt: 0 });
    const spool = await open();
    expect(await seqs(spool)).toBeUndefined();
    expect([...disk.files.keys()].some((path) => path.endsWith('3-0123456789abcdef.frames1'))).toBe(false);
    expect(disk.files.size).toBe(2);
  });
});

describe('damage that comes while it runs', () => {
  it('costs the frames that are gone, and nothing waits for them', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 4));
    flip(/./, 20);
    expect(await seqs(spool)).toEqual([1, 2, 3, 4]);
    expect(spool).toMatchObject({ dropped: 1, frames: 4 });
    await acknowledge(spool, 1, 4);
    expect(disk.files.size).toBe(0);
  });

  it('to a whole file is told, and the next file is read', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 4));
    await spool.append(LATER, frames(0, 1));
    disk.files.delete([...disk.files.keys()][0]!);
    await expect(seqs(spool)).rejects.toThrow('ENOENT');
    expect(spool.dropped).toBe(5);
    expect(await seqs(spool)).toEqual([0, 1]);
  });

  it('of a disk that cannot be read is waited out for a while', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 4));
    disk.unreadable = 'EIO';
    await expect(seqs(spool)).rejects.toThrow('EIO');
    await expect(seqs(spool)).rejects.toThrow('EIO');
    disk.unreadable = undefined;
    expect(await seqs(spool)).toEqual([0, 1, 2, 3, 4]);
    disk.unreadable = 'EIO';
    spool.rewind();
    await expect(seqs(spool)).rejects.toThrow('EIO');
    expect(lost).toEqual([expect.stringContaining('cannot be read: EIO')]);
    expect(await seqs(spool)).toBeUndefined();
    // The next start tries once more.
    disk.unreadable = undefined;
    expect(await seqs(await open())).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a disk that is full', () => {
  it('keeps what it has; what failed can be written later and comes once', async () => {
    const spool = await open();
    await spool.append(BOOT, frames(0, 1));
    disk.room = 70;
    await expect(spool.append(BOOT, frames(2, 4))).rejects.toThrow('ENOSPC');
    await expect(spool.append(BOOT, frames(2, 4))).rejects.toThrow('ENOSPC');
    expect(await seqs(spool)).toEqual([0, 1]);
    disk.room = Infinity;
    await spool.append(BOOT, frames(2, 4));
    expect(await seqs(spool)).toEqual([2, 3, 4]);
    expect(await seqs(spool)).toBeUndefined();
  });
});

describe('the bounds', () => {
  it('of bytes drop the oldest file and count its frames', async () => {
    const spool = await open({ bytes: 8 * 1000 });
    for (const seq of numbers(0, 99)) await spool.append(BOOT, [frame(seq, 100)]);
    expect(spool.bytes).toBeLessThanOrEqual(8000);
    expect(spool.bytes).toBeGreaterThan(6000);
    const left = await seqs(spool);
    expect(left).toEqual(numbers(spool.dropped, 99));
  });

  it('of bytes hold for what an earlier start has left', async () => {
    const first = await open();
    await first.append(BOOT, frames(0, 99, 100));
    const second = await open({ bytes: 4000 });
    await second.append(LATER, [frame(0)]);
    expect(second.dropped).toBe(100);
    expect(await seqs(second)).toEqual([0]);
  });

  it('of age drop what is a day old, by a clock that nobody sets', async () => {
    const spool = await open({ bytes: 8 * 1000 });
    for (const seq of numbers(0, 14)) await spool.append(BOOT, [frame(seq, 100)]);
    await vi.advanceTimersByTimeAsync(23 * HOUR);
    vi.setSystemTime(Date.now() + 900 * HOUR);
    await spool.append(BOOT, [frame(15)]);
    expect(spool.dropped).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    await spool.append(BOOT, [frame(16)]);
    expect(await seqs(spool)).toEqual(numbers(spool.dropped, 16));
    expect(spool.dropped).toBeGreaterThan(7);
  });

  it('of age hold for what an earlier start has left, but not when the clock was set back', async () => {
    const first = await open();
    await first.append(BOOT, frames(0, 3));
    const now = Date.now();
    vi.setSystemTime(now - 50 * HOUR);
    const second = await open();
    await second.append(LATER, [frame(0)]);
    expect(second.dropped).toBe(0);
    vi.setSystemTime(now + 25 * HOUR);
    const third = await open();
    await third.append('aaaaaaaaaaaaaaaa', [frame(0)]);
    expect(third.dropped).toBe(5);
  });
});
