import { describe, expect, it, vi } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { DiskCollector } from './disk.js';
import { StatfsLane, toReading, type AskStatfs } from './space.js';

const stats = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 40 };
const answering: AskStatfs = () => Promise.resolve(stats);
const never = new Promise<never>(() => undefined);

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
    const soon = () => new Promise((resolve) => setImmediate(resolve));

    expect(await lane.read(['/nas', '/b'], soon())).toMatchObject({
      disks: [{ mount: '/b' }],
      problems: ['/nas does not answer'],
    });
    expect((await lane.read(['/nas', '/b'], soon())).problems).toEqual(['/nas does not answer']);
    expect(asked).toEqual(['/nas', '/b', '/b']);

    hangs = false;
    answer(stats);
    await soon();
    expect((await lane.read(['/nas', '/b'], never)).disks).toHaveLength(2);
  });

  it('never has more calls under way than it may, however many mounts are silent', async () => {
    const ask = vi.fn<AskStatfs>(() => never);
    const lane = new StatfsLane(2, ask);
    const mounts = ['/a', '/b', '/c', '/d'];
    for (let frame = 0; frame < 5; frame++) {
      const { disks, problems } = await lane.read(mounts, Promise.resolve());
      expect(disks).toEqual([]);
      expect(problems).toHaveLength(4);
    }
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('names the mount that gave an error and reads the others', async () => {
    const lane = new StatfsLane(1, (mount) =>
      mount === '/gone' ? Promise.reject(new Error('ESTALE')) : Promise.resolve(stats),
    );
    const { disks, problems } = await lane.read(['/gone', '/b'], never);
    expect(disks).toHaveLength(1);
    expect(problems).toEqual(['/gone: ESTALE']);
  });
});

describe('DiskCollector', () => {
  const read = () => fixture('mountinfo-server.txt');
  const everything = { include: [], exclude: [] };

  it('reads every mount, in the same order each time', async () => {
    const { disks, problems } = await new DiskCollector(everything, read, answering).collect();
    expect(problems).toEqual([]);
    const mounts = disks!.map(({ mount }) => mount);
    expect(mounts).toHaveLength(8);
    expect(mounts).toEqual(mounts.toSorted());
  });

  it('gives local disks in time while a remote one hangs, and says which', async () => {
    const ask: AskStatfs = (mount) => (mount.startsWith('/mnt/nas') ? never : Promise.resolve(stats));
    const collector = new DiskCollector(everything, read, ask);
    await collector.collect();
    const { disks, problems } = await collector.collect();
    expect(disks!.map(({ mount }) => mount)).toContain('/srv/my data');
    expect(problems).toContain('/mnt/nas does not answer');
  });

  it('has nothing to say where there is no disk', async () => {
    expect(await new DiskCollector({ include: [], exclude: ['*'] }, read, answering).collect()).toEqual({});
  });

  it('follows another selection at the next reading', async () => {
    const collector = new DiskCollector(everything, read, answering);
    const before = (await collector.collect()).disks!;
    collector.reconfigure({
      services: [],
      includeDisks: [],
      excludeDisks: ['/boot/*'],
      includeInterfaces: [],
      excludeInterfaces: [],
    });
    const after = (await collector.collect()).disks!.map(({ mount }) => mount);
    expect(after).toEqual(before.map(({ mount }) => mount).filter((mount) => !mount.startsWith('/boot/')));
    expect(after.length).toBeLessThan(before.length);
  });

  it('reads the real root of this machine', async () => {
    const { disks } = await new DiskCollector(everything).collect();
    expect(disks?.find(({ mount }) => mount === '/')?.size).toBeGreaterThan(0);
  });
});
