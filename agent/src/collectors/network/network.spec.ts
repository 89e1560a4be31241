import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import type { Selection } from '../name-patterns.js';
import { advance, parseCounters } from './counters.js';
import { selectInterfaces, type InterfaceNature } from './interfaces.js';
import { NetworkCollector } from './network.js';

const all: Selection = { include: [], exclude: [] };
const nothing = {
  services: [],
  includeDisks: [],
  excludeDisks: [],
  includeInterfaces: [],
  excludeInterfaces: [],
};
const ETHERNET = { type: 1, bridge: false, lower: [] };
const natures: InterfaceNature[] = [
  { ...ETHERNET, name: 'lo', type: 772 },
  { ...ETHERNET, name: 'eno1' },
  { ...ETHERNET, name: 'eno2' },
  { ...ETHERNET, name: 'bond0', lower: ['eno1', 'eno2'] },
  { ...ETHERNET, name: 'bond0.20', lower: ['bond0'] },
  { ...ETHERNET, name: 'wg0', type: 65_534 },
  { ...ETHERNET, name: 'docker0', bridge: true },
  { ...ETHERNET, name: 'br-5a1b2c3d', bridge: true },
  { ...ETHERNET, name: 'bridge7', bridge: true },
  { ...ETHERNET, name: 'veth12ab34c' },
];

describe('parseCounters', () => {
  it('reads bytes in and out, also where no space follows the colon', () => {
    const counters = parseCounters(fixture('net-dev-server.txt'));
    expect(counters.get('eno1')).toEqual({ in: 1_000_000, out: 2_000_000 });
    expect([...counters.keys()]).toEqual(natures.map(({ name }) => name));
  });

  it('reads what a real kernel gives', () => {
    expect(parseCounters(fixture('net-dev.txt')).get('eth0')?.in).toBeGreaterThan(0);
  });
});

describe('advance', () => {
  it.each([
    [100, 150, 50],
    [2 ** 32 - 10, 5, 15],
    [5_000_000, 10, undefined],
    [2 ** 40, 10, undefined],
  ])('from %d to %d: %s', (before, after, expected) => {
    expect(advance(before, after)).toBe(expected);
  });
});

describe('selectInterfaces', () => {
  const chosen = (selection = all) => selectInterfaces(natures, selection).map(({ name }) => name);

  it('leaves out loopback, bridges and what containers use', () => {
    expect(chosen()).toEqual(['eno1', 'eno2', 'bond0', 'bond0.20', 'wg0']);
  });

  it('counts into the total only what is not counted below', () => {
    const counted = selectInterfaces(natures, all).filter((one) => one.counted);
    expect(counted.map(({ name }) => name)).toEqual(['eno1', 'eno2']);
  });

  it('counts a bond where its members are left out', () => {
    const counted = selectInterfaces(natures, { include: [], exclude: ['eno*'] }).filter(
      (one) => one.counted,
    );
    expect(counted.map(({ name }) => name)).toEqual(['bond0']);
  });

  it('takes what is asked for, though not into the total, and lets an exclusion win', () => {
    const asked = selectInterfaces(natures, { include: ['docker0'], exclude: ['wg*'] });
    expect(asked.find(({ name }) => name === 'docker0')).toEqual({ name: 'docker0', counted: false });
    expect(asked.map(({ name }) => name)).not.toContain('wg0');
  });
});

describe('NetworkCollector', () => {
  const dev = (interfaces: Record<string, [bytesIn: number, bytesOut: number]>) =>
    Object.entries(interfaces)
      .map(([name, [i, o]]) => `  ${name}: ${i} 0 0 0 0 0 0 0 ${o} 0 0 0 0 0 0 0`)
      .join('\n');
  const over = (...texts: string[]) =>
    new NetworkCollector(
      all,
      () => texts.shift()!,
      (name) => natures.find((nature) => nature.name === name) ?? { ...ETHERNET, name },
    );

  it('gives bytes per second of the time that really passed', () => {
    const collector = over(dev({ eno1: [0, 0] }), dev({ eno1: [3000, 600] }));
    expect(collector.collect(1000)).toEqual({});
    expect(collector.collect(4000)).toEqual({
      network: { in: 1000, out: 200, interfaces: [{ name: 'eno1', in: 1000, out: 200 }] },
    });
  });

  it('leaves an interface out once when it is new or was reset, and never reports a jump', () => {
    const collector = over(
      dev({ eno1: [5e6, 5e6] }),
      dev({ eno1: [10, 10], eno2: [9e12, 9e12] }),
      dev({ eno1: [20, 30], eno2: [9e12, 9e12] }),
    );
    collector.collect(0);
    expect(collector.collect(1000)).toEqual({});
    expect(collector.collect(2000)).toMatchObject({ network: { in: 10, out: 20 } });
  });

  it('does not count a bond and its members twice', () => {
    const collector = over(
      dev({ eno1: [0, 0], eno2: [0, 0], bond0: [0, 0] }),
      dev({ eno1: [100, 0], eno2: [50, 0], bond0: [150, 0] }),
    );
    collector.collect(0);
    const { network } = collector.collect(1000);
    expect(network?.in).toBe(150);
    expect(network?.interfaces).toHaveLength(3);
  });

  it('says nothing rather than dividing by no time at all', () => {
    const collector = over(dev({ eno1: [0, 0] }), dev({ eno1: [9, 9] }));
    collector.collect(5);
    expect(collector.collect(5)).toEqual({});
  });

  it('counts twice for two cadences, neither taking anything away from the other', () => {
    const stored = over(
      dev({ eno1: [0, 0] }),
      dev({ eno1: [100, 0] }),
      dev({ eno1: [5000, 0] }),
      dev({ eno1: [5000, 0] }),
    );
    stored.collect(0);
    const live = stored.forLive();
    expect(live.collect(1000).network?.in).toBe(100);
    expect(live.collect(2000).network?.in).toBe(4900);
    expect(stored.collect(10_000).network?.in).toBe(500);
  });

  it('follows another selection at the next reading', () => {
    const collector = over(
      dev({ eno1: [0, 0], eno2: [0, 0] }),
      dev({ eno1: [10, 0], eno2: [20, 0] }),
      dev({ eno1: [20, 0], eno2: [40, 0] }),
    );
    const names = (now: number) => collector.collect(now).network?.interfaces.map(({ name }) => name);
    names(0);
    expect(names(1000)).toEqual(['eno1', 'eno2']);
    collector.reconfigure({ ...nothing, excludeInterfaces: ['eno1'] });
    expect(names(2000)).toEqual(['eno2']);
  });

  it('reads the real interfaces of this machine', () => {
    const collector = new NetworkCollector(all);
    collector.collect(0);
    const names = collector.collect(1000).network?.interfaces.map(({ name }) => name) ?? [];
    expect(names).not.toContain('lo');
  });
});
