import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessTable } from './process-table.js';
import { rank } from './ranking.js';
import type { ProcessStat } from './stat.js';

const UNITS = { page: 4096, ticks: 100 };
const process = (name: string, ticks: number, pages = 1, started = 5): ProcessStat => ({
  ...{ name, ticks, pages, started },
});
const table = (at: number, processes: Record<number, ProcessStat>): ProcessTable => ({
  at,
  processes: new Map(Object.entries(processes).map(([pid, stat]) => [Number(pid), stat])),
});

describe('rank', () => {
  it('puts the busiest first by the share of all cores, and the largest first by bytes', () => {
    const before = table(0, { 1: process('a', 100, 10), 2: process('b', 0, 30), 3: process('c', 7, 20) });
    const after = table(1000, { 1: process('a', 150, 10), 2: process('b', 100, 30), 3: process('c', 7, 20) });
    const { byCpu, byMemory } = rank(before, after, 2, UNITS);
    expect(byCpu.map(({ name, cpu }) => [name, cpu])).toEqual([
      ['b', 50],
      ['a', 25],
    ]);
    expect(byMemory.map(({ name, memory }) => [name, memory])).toEqual([
      ['b', 30 * 4096],
      ['c', 20 * 4096],
      ['a', 10 * 4096],
    ]);
  });

  it('counts all that a process spent which was started in between, also under a known id', () => {
    const before = table(0, { 1: process('old', 900, 1, 5) });
    const after = table(1000, { 1: process('new', 30, 1, 6), 2: process('other', 20) });
    expect(rank(before, after, 1, UNITS).byCpu.map(({ name, cpu }) => [name, cpu])).toEqual([
      ['new', 30],
      ['other', 20],
    ]);
  });

  it('leaves out threads of the kernel, which hold nothing, and what does nothing', () => {
    const idle = table(0, { 1: process('kthreadd', 3, 0) });
    expect(rank(idle, { ...idle, at: 1000 }, 1, UNITS)).toEqual({ byCpu: [], byMemory: [] });
  });

  it('keeps to what a list holds, whatever the counters do', () => {
    const stats = fc.array(fc.record({ ticks: fc.nat(), pages: fc.nat(1e6), started: fc.nat(2) }), {
      maxLength: 40,
    });
    const tableOf = (at: number, all: Omit<ProcessStat, 'name'>[]) =>
      table(at, Object.fromEntries(all.map((stat, i) => [i + 1, { name: 'x', ...stat }])));
    fc.assert(
      fc.property(stats, stats, (before, after) => {
        for (const list of Object.values(rank(tableOf(0, before), tableOf(400, after), 2, UNITS))) {
          expect(list.length).toBeLessThanOrEqual(15);
          for (const { cpu } of list) expect(cpu >= 0 && cpu <= 100).toBe(true);
        }
      }),
    );
  });
});
