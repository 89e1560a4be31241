import { describe, expect, it, vi } from 'vitest';
import { fixture, missing } from '../fixtures/fixture.js';
import { DiskCollector } from './disk.js';
import type { AskStatfs } from './space.js';

const stats = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 40 };
const answering: AskStatfs = () => Promise.resolve(stats);
const never = new Promise<never>(() => undefined);
const everything = { include: [], exclude: [] };
const read = (path: string) =>
  path === '/proc/self/mountinfo' ? fixture('mountinfo-server.txt') : missing(path);
const mountsOf = ({ disks }: Awaited<ReturnType<DiskCollector['collect']>>) =>
  disks!.map(({ mount }) => mount);

describe('DiskCollector', () => {
  it('reads every mount, in the same order each time', async () => {
    const { disks, problems } = await new DiskCollector(everything, read, answering).collect(0);
    expect(problems).toBeUndefined();
    const mounts = disks!.map(({ mount }) => mount);
    expect(mounts).toHaveLength(8);
    expect(mounts).toEqual(mounts.toSorted());
  });

  it('gives local disks in time while a remote one hangs, and says which', async () => {
    const ask: AskStatfs = (mount) => (mount.startsWith('/mnt/nas') ? never : Promise.resolve(stats));
    const collector = new DiskCollector(everything, read, ask);
    await collector.collect(0);
    for (const now of [1000, 1010]) {
      const collected = await collector.collect(now);
      expect(mountsOf(collected)).toContain('/srv/my data');
      expect(collected.problems).toContain('/mnt/nas does not answer');
    }
  });

  it('has nothing to say where there is no disk', async () => {
    expect(await new DiskCollector({ include: [], exclude: ['*'] }, read, answering).collect(0)).toEqual({});
  });

  it('asks one of a few mounts a frame, after it has asked all once', async () => {
    const ask = vi.fn(answering);
    const collector = new DiskCollector(everything, read, ask);
    await collector.collect(0);
    expect(ask).toHaveBeenCalledTimes(8);
    ask.mockClear();
    expect(mountsOf(await collector.collect(1000))).toHaveLength(8);
    // One that is local and one that may hang: each kind has its own turn.
    expect(ask).toHaveBeenCalledTimes(2);
    ask.mockClear();
    for (let now = 2000; now <= 9000; now += 1000) await collector.collect(now);
    expect(new Set(ask.mock.calls.map(([mount]) => mount)).size).toBe(8);
  });

  it('asks every mount where frames are a minute apart', async () => {
    const ask = vi.fn(answering);
    const collector = new DiskCollector(everything, read, ask);
    await collector.collect(0);
    await collector.collect(60_000);
    expect(ask).toHaveBeenCalledTimes(16);
  });

  const manyMounts = (path: string) =>
    path === '/proc/self/mountinfo'
      ? Array.from({ length: 200 }, (_, at) => `${at} 1 8:${at} / /m${at} rw - ext4 x rw`).join('\n')
      : missing(path);

  it('asks the rest at the next frame where the machine was too busy to ask all in time', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    const ask: AskStatfs = () => (++asked === 3 ? held.then(() => stats) : Promise.resolve(stats));
    const collector = new DiskCollector(everything, manyMounts, ask);
    expect(mountsOf(await collector.collect(0))).toHaveLength(0);
    release();
    await new Promise(setImmediate);
    expect(mountsOf(await collector.collect(1000))).toHaveLength(200);
  });

  it('reads a long list of mounts less often, and asks nobody in between', async () => {
    const list = vi.fn(manyMounts);
    const ask = vi.fn(answering);
    const collector = new DiskCollector(everything, list, ask);
    await collector.collect(0);
    list.mockClear();
    ask.mockClear();
    for (let now = 1000; now <= 30_000; now += 1000)
      expect(mountsOf(await collector.collect(now))).toHaveLength(200);
    expect(list.mock.calls.filter(([path]) => path === '/proc/self/mountinfo')).toHaveLength(7);
    // Each answer is half a minute old at most, more or less.
    expect(ask.mock.calls.length).toBeGreaterThan(180);
    expect(ask.mock.calls.length).toBeLessThan(220);
  });

  it('tells of a disk that cannot be written any more', async () => {
    const broken = (path: string) => read(path).replace('/dev/sda2 rw', '/dev/sda2 ro');
    const { disks } = await new DiskCollector(everything, broken, answering).collect(0);
    expect(disks!.filter(({ readOnly }) => readOnly).map(({ mount }) => mount)).toEqual(['/']);
  });

  it('gives the disks although the devices cannot be read', async () => {
    const denied = (path: string) => {
      if (path === '/proc/diskstats') throw Object.assign(new Error('EACCES: denied'), { code: 'EACCES' });
      return read(path);
    };
    const collected = await new DiskCollector(everything, denied, answering).collect(0);
    expect(mountsOf(collected)).toHaveLength(8);
    expect(collected.problems).toEqual(['devices: EACCES: denied']);
  });

  it('asks a hanging mount once, although two cadences read it', async () => {
    const ask = vi.fn<AskStatfs>((mount) => (mount === '/mnt/nas' ? never : Promise.resolve(stats)));
    const collector = new DiskCollector(everything, read, ask);
    await collector.collect(0);
    const live = collector.forLive();
    const both = await Promise.all([collector.collect(1000), live.collect(1001)]);
    for (const collected of both) {
      expect(mountsOf(collected)).toHaveLength(7);
      expect(collected.problems).toEqual(['/mnt/nas does not answer']);
    }
    expect(ask.mock.calls.filter(([mount]) => mount === '/mnt/nas')).toHaveLength(1);
  });

  it('follows another selection at the next reading', async () => {
    const collector = new DiskCollector(everything, read, answering);
    const before = mountsOf(await collector.collect(0));
    collector.reconfigure({
      services: [],
      includeDisks: [],
      excludeDisks: ['/boot/*'],
      includeInterfaces: [],
      excludeInterfaces: [],
    });
    const after = mountsOf(await collector.collect(1));
    expect(after).toEqual(before.filter((mount) => !mount.startsWith('/boot/')));
    expect(after.length).toBeLessThan(before.length);
  });

  it('reads the real root and the real devices of this machine', async () => {
    const collector = new DiskCollector(everything);
    await collector.collect(0);
    const { disks, problems } = await collector.collect(1000);
    expect(disks?.find(({ mount }) => mount === '/')?.size).toBeGreaterThan(0);
    expect(problems).toBeUndefined();
  });
});
