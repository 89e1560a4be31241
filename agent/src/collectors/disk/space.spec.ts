import { describe, expect, it, vi } from 'vitest';
import { StatfsLane, toReading, type AskStatfs } from './space.js';

const stats = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 40 };
const never = new Promise<never>(() => undefined);
const soon = () => new Promise((resolve) => setImmediate(resolve));
/** What a lane knows of mounts, after a refresh of all of them. */
const known = (lane: StatfsLane, mounts: string[]) =>
  mounts.map((mount) => {
    const { disk, problem } = lane.outcome(mount);
    return problem ?? disk?.mount;
  });

describe('toReading', () => {
  it('gives bytes, and what a user may still write', () => {
    expect(toReading('/', stats)).toEqual({
      mount: '/',
      size: 4096 * 1000,
      used: 4096 * 600,
      available: 4096 * 350,
      inodes: 100,
      inodesUsed: 60,
    });
  });

  it('leaves out inodes where the file system has none, and file systems without a size', () => {
    expect(toReading('/', { ...stats, files: 0, ffree: 0 })).not.toHaveProperty('inodes');
    expect(toReading('/proc', { ...stats, blocks: 0 })).toBeUndefined();
  });

  it('takes an over-full file system for full, not for huge', () => {
    expect(toReading('/', { ...stats, bavail: 2 ** 64 - 10 })).toMatchObject({ available: 0 });
  });
});

describe('StatfsLane', () => {
  it('asks a silent mount only once, until it has answered', async () => {
    let answer = (_: typeof stats) => {};
    let hangs = true;
    const asked: string[] = [];
    const lane = new StatfsLane(2, (mount) => {
      asked.push(mount);
      return mount === '/nas' && hangs
        ? new Promise((resolve) => (answer = resolve))
        : Promise.resolve(stats);
    });
    const mounts = ['/nas', '/b'];

    await lane.refresh(new Set(mounts), 1, soon());
    expect(known(lane, mounts)).toEqual(['/nas does not answer', '/b']);
    await lane.refresh(new Set(mounts), 1, soon());
    expect(known(lane, mounts)).toEqual(['/nas does not answer', '/b']);
    expect(asked).toEqual(['/nas', '/b', '/b']);

    hangs = false;
    answer(stats);
    await soon();
    expect(known(lane, mounts)).toEqual(mounts);
  });

  it('never has more calls under way than it may, however many mounts are silent', async () => {
    const ask = vi.fn<AskStatfs>(() => never);
    const lane = new StatfsLane(2, ask);
    const mounts = ['/a', '/b', '/c', '/d'];
    for (let frame = 0; frame < 5; frame++) {
      await lane.refresh(new Set(mounts), 1, Promise.resolve());
      expect(known(lane, mounts)).toEqual([
        '/a does not answer',
        '/b does not answer',
        '/c was not asked, because others do not answer',
        '/d was not asked, because others do not answer',
      ]);
    }
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('shows no old answer of a mount that cannot be asked', async () => {
    let hangs = false;
    const lane = new StatfsLane(1, () => (hangs ? never : Promise.resolve(stats)));
    const mounts = ['/a', '/b'];
    await lane.refresh(new Set(mounts), 1, never);
    hangs = true;
    await lane.refresh(new Set(mounts), 0.1, soon());
    expect(known(lane, mounts)).toEqual([
      '/a does not answer',
      '/b was not asked, because others do not answer',
    ]);
  });

  it('names the mount that gave an error, in each frame, and reads the others', async () => {
    const lane = new StatfsLane(1, (mount) =>
      mount === '/gone' ? Promise.reject(new Error('ESTALE')) : Promise.resolve(stats),
    );
    await lane.refresh(new Set(['/gone', '/b']), 1, never);
    expect(known(lane, ['/gone', '/b'])).toEqual(['/gone: ESTALE', '/b']);
    expect(known(lane, ['/gone', '/b'])).toEqual(['/gone: ESTALE', '/b']);
  });

  it('asks a share of the mounts, in turn, and at once those that are new', async () => {
    const asked: string[] = [];
    const lane = new StatfsLane(1, (mount) => (asked.push(mount), Promise.resolve(stats)));
    const refresh = async (mounts: string[], share: number) => {
      asked.length = 0;
      await lane.refresh(new Set(mounts), share, never);
      return [...asked];
    };
    expect(await refresh(['/a', '/b', '/c'], 0.01)).toEqual(['/a', '/b', '/c']);
    expect(await refresh(['/a', '/b', '/c'], 0.01)).toEqual(['/a']);
    expect(await refresh(['/a', '/b', '/c'], 0.5)).toEqual(['/b', '/c']);
    expect(await refresh(['/a', '/c', '/new'], 0.01)).toEqual(['/new', '/a']);
    expect(await refresh(['/a', '/c', '/new'], 1)).toHaveLength(3);
  });
});
