import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from './fixtures/answer.js';
import { parseStats } from './stats.js';
import { usageBetween, type Consumption } from './usage.js';

const at = (ms: number, rest: Partial<Consumption> = {}): Consumption => ({
  ...{ at: ms, cpu: 0, memory: 100 },
  ...rest,
});

describe('usageBetween', () => {
  it('gives the share of all cores and bytes per second', () => {
    const before = at(0, { cpu: 1e9, in: 1000, out: 0 });
    const after = at(2000, { cpu: 2e9, in: 5000, out: 100, memory: 7 });
    expect(usageBetween(before, after, 4)).toEqual({ cpu: 12.5, memory: 7, in: 2000, out: 50 });
  });

  it('has only memory with the first reading, and after the container was started anew', () => {
    expect(usageBetween(undefined, at(0), 1)).toEqual({ memory: 100 });
    expect(usageBetween(at(0, { cpu: 5 }), at(1000, { cpu: 4 }), 1)).toEqual({ memory: 100 });
  });

  it('leaves the network out where it is not known, or its counters were set back', () => {
    expect(usageBetween(at(0), at(1000, { in: 1, out: 1 }), 1)).not.toHaveProperty('in');
    const back = usageBetween(at(0, { in: 5, out: 5 }), at(1000, { in: 1, out: 6 }), 1);
    expect(back).not.toHaveProperty('out');
  });

  it('is always a share and never negative, whatever the counters do', () => {
    const consumption = fc.record({
      at: fc.nat(1e9),
      cpu: fc.nat(),
      memory: fc.nat(),
      in: fc.nat(),
      out: fc.nat(),
    });
    fc.assert(
      fc.property(consumption, consumption, fc.integer({ min: 1, max: 256 }), (before, after, cores) => {
        const { cpu = 0, memory, in: received = 0, out = 0 } = usageBetween(before, after, cores);
        expect(cpu).toBeGreaterThanOrEqual(0);
        expect(cpu).toBeLessThanOrEqual(100);
        for (const value of [memory, received, out]) expect(value).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('parseStats', () => {
  it('reads what Docker says of a container, without the caches that can be given back', () => {
    expect(parseStats(answer('docker-stats-v1'), false)).toEqual({
      ...{ at: expect.any(Number), cpu: expect.any(Number), memory: expect.any(Number) },
    });
    const cached = { usage: 1000, stats: { inactive_file: 300 } };
    const stats = { read: '2026-01-01T00:00:00Z', cpu_stats: { cpu_usage: { total_usage: 5 } } };
    expect(parseStats({ ...stats, memory_stats: cached }, false).memory).toBe(700);
  });

  it('reads what Podman says', () => {
    expect(parseStats(answer('podman-stats-v1'), false)).toMatchObject({ memory: 339968 });
  });

  it('adds up the networks of a container that has its own', () => {
    const stats = {
      ...{ read: '2026-01-01T00:00:00Z', cpu_stats: { cpu_usage: { total_usage: 5 } } },
      memory_stats: { usage: 1 },
      networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 3, tx_bytes: 4 } },
    };
    expect(parseStats(stats, true)).toMatchObject({ in: 4, out: 6 });
    expect(parseStats(stats, false)).not.toHaveProperty('in');
  });

  it('refuses what a container that has ended is said to use', () => {
    const ended = { read: '0001-01-01T00:00:00Z', cpu_stats: {}, memory_stats: {} };
    expect(() => parseStats(ended, true)).toThrow('no figures');
  });
});
