import { describe, expect, it } from 'vitest';
import { fixture, machine, missing } from '../fixtures/fixture.js';
import { MemoryCollector } from './memory.js';

const MB = 2 ** 20;
const ramOf = (name: string) => new MemoryCollector(machine(name)).collect(0).ram!;
const totalOf = (name: string) =>
  Number(/^MemTotal: +(\d+)/m.exec(machine(name)('/proc/meminfo'))![1]) * 1024;

describe('MemoryCollector', () => {
  it('reads the memory of a host, and nothing about containers after it has looked once', () => {
    const paths: string[] = [];
    const collector = new MemoryCollector((path) => {
      paths.push(path);
      return path === '/proc/meminfo' ? fixture('meminfo.txt') : missing(path);
    });
    expect(collector.collect(0).ram).toMatchObject({ total: 24_684_084 * 1024 });
    paths.length = 0;
    collector.collect(1000);
    expect(paths).toEqual(['/proc/meminfo']);
  });

  it('fails when /proc/meminfo cannot be read', () => {
    expect(() => new MemoryCollector(missing).collect(0)).toThrow('/proc/meminfo');
  });

  describe.each(['host-v2', 'unit-v2', 'unit-own-view-v2'])('on the host %s', (name) => {
    it("gives the host's memory, whatever limit the agent's own unit has", () => {
      const ram = ramOf(name);
      expect(ram.total).toBe(totalOf(name));
      expect(ram).not.toHaveProperty('limited');
    });
  });

  describe.each([
    'docker-v1-host-processes',
    'docker-v2-host-processes',
    'podman-v1-host-processes',
    'docker-v2-host-view',
    'docker-v1-unlimited',
  ])('in the container %s', (name) => {
    it("gives the host's memory, as it shares processes or control groups with the host, or has no limit", () => {
      expect(ramOf(name).total).toBe(totalOf(name));
      expect(ramOf(name)).not.toHaveProperty('limited');
    });
  });

  describe.each([
    ['docker-v1', 128],
    ['docker-v2', 128],
    ['podman-v1', 256],
    ['podman-v1-own-view', 256],
    ['podman-v2', 128],
  ])('in the container %s', (name, limit) => {
    it('gives the limit of the container and what it uses, caches left out', () => {
      const ram = ramOf(name);
      expect(ram.limited).toBe(true);
      expect(ram.total).toBe(limit * MB);
      expect(ram.used).toBeGreaterThan(0);
      expect(ram.used).toBeLessThan(20 * MB);
      expect(ram.used! + ram.available!).toBe(ram.total);
      expect(ram.caches).toBeGreaterThanOrEqual(0);
    });
  });

  it('takes inactive files out of what is used: the kernel gives them back when it needs memory', () => {
    const files: Record<string, string> = {
      '/proc/meminfo': 'MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\nSwapTotal: 1048576 kB\n',
      '/proc/self/mountinfo': '1 0 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
      '/proc/1/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': `${512 * MB}\n`,
      '/sys/fs/cgroup/memory.current': `${300 * MB}\n`,
      '/sys/fs/cgroup/memory.stat': `anon 1\nfile ${190 * MB}\nshmem ${10 * MB}\ninactive_file ${120 * MB}\nslab_reclaimable ${5 * MB}\n`,
      '/sys/fs/cgroup/memory.swap.max': 'max\n',
      '/sys/fs/cgroup/memory.swap.current': `${7 * MB}\n`,
    };
    const collector = new MemoryCollector((path) => files[path] ?? missing(path));
    expect(collector.collect(0).ram).toEqual({
      total: 512 * MB,
      used: 180 * MB,
      available: 332 * MB,
      caches: 185 * MB,
      swapTotal: 1024 * MB,
      swapUsed: 7 * MB,
      limited: true,
    });
  });

  it('sees within a minute that a container that runs is given a limit', () => {
    const read = machine('podman-v2');
    let limit = 'max\n';
    const collector = new MemoryCollector((path) =>
      path === '/sys/fs/cgroup/memory.max' ? limit : read(path),
    );
    expect(collector.collect(0).ram).not.toHaveProperty('limited');
    limit = `${64 * MB}\n`;
    expect(collector.collect(59_000).ram).not.toHaveProperty('limited');
    expect(collector.collect(60_000).ram).toMatchObject({ total: 64 * MB, limited: true });
    limit = 'max\n';
    expect(collector.collect(61_000).ram).not.toHaveProperty('limited');
  });
});
