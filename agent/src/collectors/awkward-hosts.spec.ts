import { checkFor, Frame } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import type { Collector } from './collector.js';
import { CollectorSet } from './collector-set.js';
import { CpuCollector } from './cpu.js';
import { DiskCollector } from './disk/disk.js';
import { fixture, machine, missing } from './fixtures/fixture.js';
import { sysfs } from './fixtures/sysfs.js';
import { MemoryCollector } from './memory/memory.js';
import { NetworkCollector } from './network/network.js';
import { PressureCollector } from './pressure.js';
import type { ReadText } from './read-text.js';
import { SystemCollector } from './system/system.js';
import { LoggedInUsers } from './system/users.js';
import { findSensors } from './temperature/sensors.js';
import { TemperatureCollector } from './temperature/temperature.js';

const selection = { include: [], exclude: [] };
const stats = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 40 };
const FILES: Record<string, string> = {
  '/proc/stat': fixture('stat.txt'),
  '/proc/loadavg': fixture('loadavg.txt'),
  '/proc/meminfo': fixture('meminfo.txt'),
  '/proc/self/mountinfo': fixture('mountinfo-vm.txt'),
  '/proc/net/dev': fixture('net-dev.txt'),
  '/proc/uptime': '100.00 200.00\n',
};
const host =
  (files: Record<string, string> = {}): ReadText =>
  (path) =>
    files[path] ?? FILES[path] ?? missing(path);

/** All collectors of a host, which reads `read` and has the files of `root`. */
async function collectorsOf(read: ReadText, root: Record<string, string> = {}): Promise<Collector[]> {
  const folder = await sysfs(root);
  return [
    new CpuCollector(read),
    new PressureCollector(read),
    new MemoryCollector(read),
    new DiskCollector(selection, read, () => Promise.resolve(stats)),
    new NetworkCollector(selection, read, (name) => ({ name, type: 1, bridge: false, lower: [] })),
    new TemperatureCollector(() => findSensors(`${folder}/sys/class`)),
    new SystemCollector(read, new LoggedInUsers(`${folder}/run`), { now: () => 100 }, () => undefined),
  ];
}

/** The second frame, in which rates stand. */
async function frameOf(collectors: readonly Collector[]): Promise<Frame> {
  const set = new CollectorSet(collectors);
  await set.read(0);
  const frame = { seq: 0, t: 0, ...(await set.read(5000)) };
  expect(checkFor(Frame).accepts(frame), JSON.stringify(checkFor(Frame).fault(frame))).toBe(true);
  return frame;
}

describe('a frame', () => {
  it('holds 200 mounts and 500 interfaces', async () => {
    const mounts = Array.from({ length: 200 }, (_, at) => `${at} 1 8:${at} / /m${at} rw - ext4 x rw\n`);
    const lines = Array.from({ length: 500 }, (_, at) => `lan${at}: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n`);
    const read = host({ '/proc/self/mountinfo': mounts.join(''), '/proc/net/dev': lines.join('') });
    const frame = await frameOf(await collectorsOf(read));
    expect(frame.disks).toHaveLength(200);
    expect(frame.network?.interfaces).toHaveLength(500);
    expect(frame.failures).toBeUndefined();
  });

  it('holds no more mounts and interfaces than it may, however many there are', async () => {
    const mounts = Array.from({ length: 3000 }, (_, at) => `${at} 1 8:${at} / /m${at} rw - ext4 x rw\n`);
    const lines = Array.from({ length: 3000 }, (_, at) => `lan${at}: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n`);
    const read = host({ '/proc/self/mountinfo': mounts.join(''), '/proc/net/dev': lines.join('') });
    const frame = await frameOf(await collectorsOf(read));
    expect(frame.disks).toHaveLength(512);
    expect(frame.network?.interfaces).toHaveLength(1024);
  });

  it('leaves from a host without pressure, swap, sensors, devices and users, and calls none of that a failure', async () => {
    const frame = await frameOf(await collectorsOf(host()));
    expect(Object.keys(frame).sort()).toEqual(['disks', 'network', 'ram', 'seq', 'system', 't']);
    expect(frame.ram).toMatchObject({ swapTotal: 0, swapUsed: 0 });
    expect(frame.system).toEqual({ uptime: 100, processes: 100 });
  });

  it('leaves from a container that has its own memory and nothing of the hardware', async () => {
    const files = machine('docker-v1');
    const read: ReadText = (path) => {
      try {
        return files(path);
      } catch {
        return host()(path);
      }
    };
    const frame = await frameOf(await collectorsOf(read));
    expect(frame.ram).toMatchObject({ limited: true, total: 128 * 2 ** 20 });
    expect(frame.disks?.map(({ mount }) => mount)).toEqual(['/']);
    expect(frame.failures).toBeUndefined();
  });

  it('leaves from a host where nothing may be read, and names every collector that failed', async () => {
    const denied: ReadText = (path) => {
      throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES' });
    };
    // Files where folders should be.
    const frame = await frameOf(await collectorsOf(denied, { 'sys/class': '', 'run/utmp/x': '' }));
    expect(frame.failures?.map(({ collector }) => collector).sort()).toEqual([
      'cpu',
      'disk',
      'disk',
      'memory',
      'network',
      'pressure',
      'system',
      'system',
    ]);
    expect(frame.system).toEqual({ processes: 100 });
  });

  it('leaves from a host whose kernel writes nonsense', async () => {
    const frame = await frameOf(await collectorsOf(() => 'nonsense'));
    expect(new Set(frame.failures?.map(({ collector }) => collector))).toEqual(
      new Set(['cpu', 'memory', 'pressure', 'system']),
    );
  });
});
