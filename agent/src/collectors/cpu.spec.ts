import { describe, expect, it } from 'vitest';
import { CpuCollector, coreUsages, cpuShares, parseCpuTimes, parseLoad } from './cpu.js';
import { fixture } from './fixtures/fixture.js';

const times = { user: 0, system: 0, idle: 0, iowait: 0, steal: 0 };

describe('parseCpuTimes', () => {
  it('takes the line of all cores and adds what belongs together', () => {
    expect(parseCpuTimes('cpu  100 5 30 900 40 1 2 7 50 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n')).toEqual({
      all: { user: 105, system: 33, idle: 900, iowait: 40, steal: 7 },
      cores: [{ user: 2, system: 3, idle: 1, iowait: 1, steal: 1 }],
    });
  });

  it('reads what a real kernel gives', () => {
    const { all, cores } = parseCpuTimes(fixture('stat.txt'));
    expect(all.idle).toBeGreaterThan(all.user);
    expect(cores.map((core) => core!.user)).toEqual([27_145, 32_989]);
  });

  it('knows kernels that do not count stolen time', () => {
    expect(parseCpuTimes('cpu 1 2 3 4\n').all).toMatchObject({ idle: 4, iowait: 0, steal: 0 });
  });

  it('leaves a gap for a core that is offline', () => {
    const { cores } = parseCpuTimes('cpu 1 2 3 4\ncpu0 1 2 3 4\ncpu2 5 6 7 8\n');
    expect([cores[0]?.idle, cores[1], cores[2]?.idle]).toEqual([4, undefined, 8]);
  });

  it('reads no more cores than a frame may hold', () => {
    const lines = Array.from({ length: 1500 }, (_, core) => `cpu${core} 1 2 3 4`);
    expect(parseCpuTimes(['cpu 1 2 3 4', ...lines].join('\n')).cores).toHaveLength(1024);
  });

  it.each(['', 'intr 1 2 3', 'cpu  a b c d'])('fails on %j instead of making up zeros', (stat) => {
    expect(() => parseCpuTimes(stat)).toThrow('/proc/stat');
  });
});

describe('cpuShares', () => {
  it('shares out the time between two readings', () => {
    expect(cpuShares(times, { user: 50, system: 20, idle: 15, iowait: 10, steal: 5 })).toEqual({
      usage: 75,
      user: 50,
      system: 20,
      iowait: 10,
      steal: 5,
    });
  });

  it('never leaves 0 to 100 when a counter runs backwards', () => {
    const shares = cpuShares(
      { ...times, iowait: 50, idle: 10 },
      { ...times, user: 10, iowait: 40, idle: 10 },
    );
    expect(shares).toMatchObject({ usage: 100, iowait: 0 });
  });

  it('says nothing when no tick has passed', () => {
    expect(cpuShares(times, times)).toBeUndefined();
  });
});

describe('coreUsages', () => {
  const busy = { ...times, user: 1, idle: 2 };

  it('gives each core by its number, in tenths', () => {
    expect(coreUsages([times, times], [busy, times])).toEqual([33.3, 0]);
  });

  it('gives 0 for a core that is offline, and for one that has just come back', () => {
    expect(coreUsages([times, times, times], [busy, undefined, busy])).toEqual([33.3, 0, 33.3]);
    expect(coreUsages([times, undefined, times], [busy, busy, busy])).toEqual([33.3, 0, 33.3]);
  });

  it('follows a machine that gets cores or loses some', () => {
    expect(coreUsages([times], [busy, busy])).toEqual([33.3, 0]);
    expect(coreUsages([times, times], [busy])).toEqual([33.3]);
  });
});

describe('parseLoad', () => {
  it('reads the three averages', () => {
    expect(parseLoad('0.52 1.25 12.00 2/1153 61810\n')).toEqual({ load1: 0.52, load5: 1.25, load15: 12 });
  });

  it('fails on anything else', () => {
    expect(() => parseLoad('')).toThrow('/proc/loadavg');
  });
});

describe('CpuCollector', () => {
  it('has nothing to say at its first reading, and shares from the second on', () => {
    const stats = ['cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0\n', 'cpu  25 0 0 75 0 0 0 0\ncpu0 1 0 0 1\n'];
    const collector = new CpuCollector((path) => (path === '/proc/stat' ? stats.shift()! : '1 2 3 1/1 1'));
    expect(collector.collect()).toEqual({});
    expect(collector.collect()).toMatchObject({ cpu: { usage: 25, load1: 1, cores: [50] } });
  });

  it('counts for a second cadence from the same reading on, and each by itself', () => {
    const stats = ['cpu  0 0 0 0', 'cpu  50 0 0 50', 'cpu  50 0 0 150'];
    const collector = new CpuCollector((path) => (path === '/proc/stat' ? stats.shift()! : '1 2 3 1/1 1'));
    collector.collect();
    expect(collector.forLive().collect().cpu?.usage).toBe(50);
    expect(collector.collect().cpu?.usage).toBe(25);
  });
});
