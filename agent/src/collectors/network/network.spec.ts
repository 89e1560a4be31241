import { describe, expect, it } from 'vitest';
import { fixture, missing } from '../fixtures/fixture.js';
import type { Selection } from '../name-patterns.js';
import { parseCounters } from './counters.js';
import { candidates, selectInterfaces, type InterfaceNature } from './interfaces.js';
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

const everyone = () => true;

describe('parseCounters', () => {
  it('reads both directions, also where no space follows the colon', () => {
    const counters = parseCounters(fixture('net-dev-server.txt'), everyone);
    expect(counters.get('eno1')).toEqual({
      in: 1_000_000,
      out: 2_000_000,
      packetsIn: 9000,
      packetsOut: 8000,
      errors: 0,
      drops: 0,
    });
    expect([...counters.keys()]).toEqual(natures.map(({ name }) => name));
  });

  it('adds errors and drops of both directions', () => {
    const line = 'eth0: 1 2 3 4 0 0 0 0 5 6 70 80 0 0 0 0';
    expect(parseCounters(line, everyone).get('eth0')).toMatchObject({ errors: 73, drops: 84 });
  });

  it('reads what a real kernel gives', () => {
    expect(parseCounters(fixture('net-dev.txt'), everyone).get('eth0')).toMatchObject({
      in: 690_953_949,
      packetsIn: 19_954,
      out: 1_962_022,
      packetsOut: 16_168,
    });
  });

  it('reads only what is wanted, and leaves out lines that are cut off', () => {
    const counters = parseCounters(fixture('net-dev-server.txt'), (name) => name === 'wg0');
    expect([...counters.keys()]).toEqual(['wg0']);
    expect(parseCounters('eth0: 1 2 3', everyone).size).toBe(0);
    expect(parseCounters('', everyone).size).toBe(0);
  });
});

describe('selectInterfaces', () => {
  /** As the collector does it: by the name first, and then by a look at those that are left. */
  const select = (selection: Selection) => {
    const isCandidate = candidates(selection);
    return selectInterfaces(
      natures.filter(({ name }) => isCandidate(name)),
      selection,
    );
  };
  const chosen = (selection = all) => select(selection).map(({ name }) => name);

  it('leaves out loopback, bridges and what containers use', () => {
    expect(chosen()).toEqual(['eno1', 'eno2', 'bond0', 'bond0.20', 'wg0']);
  });

  it('counts into the total only what is not counted below', () => {
    const counted = select(all).filter((one) => one.counted);
    expect(counted.map(({ name }) => name)).toEqual(['eno1', 'eno2']);
  });

  it('counts a bond where its members are left out', () => {
    const counted = select({ include: [], exclude: ['eno*'] }).filter((one) => one.counted);
    expect(counted.map(({ name }) => name)).toEqual(['bond0']);
  });

  it('takes what is asked for, though not into the total, and lets an exclusion win', () => {
    const asked = select({ include: ['docker0'], exclude: ['wg*'] });
    expect(asked.find(({ name }) => name === 'docker0')).toEqual({ name: 'docker0', counted: false });
    expect(asked.map(({ name }) => name)).not.toContain('wg0');
  });
});

const quiet = { packetsIn: 0, packetsOut: 0, errors: 0, drops: 0 };

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
      network: { in: 1000, out: 200, interfaces: [{ name: 'eno1', in: 1000, out: 200, ...quiet }] },
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

  it('gives packets, errors and drops per second, in tenths', () => {
    const collector = over(
      'eno1: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0',
      'eno1: 0 100 1 0 0 0 0 0 0 7 1 3 0 0 0 0',
    );
    collector.collect(0);
    expect(collector.collect(4000).network?.interfaces).toEqual([
      { name: 'eno1', in: 0, out: 0, packetsIn: 25, packetsOut: 1.8, errors: 0.5, drops: 0.8 },
    ]);
  });

  it('gives rates of an interface from its second reading on, when it has just come up', () => {
    const collector = over(
      dev({ eno1: [0, 0] }),
      dev({ eno1: [0, 0], eno2: [100, 0] }),
      dev({ eno1: [0, 0], eno2: [150, 0] }),
    );
    collector.collect(0);
    collector.collect(1000);
    expect(collector.collect(2000).network?.interfaces).toMatchObject([
      { name: 'eno1' },
      { name: 'eno2', in: 50 },
    ]);
  });

  it('looks at an interface once, and never at one that its name rules out', () => {
    const looked: string[] = [];
    const text = dev({ eno1: [0, 0], veth1: [0, 0], docker0: [0, 0], eno2: [0, 0] });
    const collector = new NetworkCollector(
      all,
      () => text,
      (name) => (looked.push(name), { ...ETHERNET, name }),
    );
    for (let now = 0; now < 10_000; now += 1000) collector.collect(now);
    expect(looked).toEqual(['eno1', 'eno2', 'eno1']);
  });

  it('looks at each interface again in half a minute, and sees that one was put into a bond', () => {
    let lower: string[] = [];
    let bytes = 0;
    const collector = new NetworkCollector(
      all,
      () => dev({ eno1: [(bytes += 100), 0], bond0: [bytes, 0] }),
      (name) => ({ ...ETHERNET, name, lower: name === 'bond0' ? lower : [] }),
    );
    collector.collect(0);
    expect(collector.collect(1000).network?.in).toBe(200);
    lower = ['eno1'];
    for (let now = 2000; now < 32_000; now += 1000) collector.collect(now);
    expect(collector.collect(32_000).network).toMatchObject({ in: 100, interfaces: { length: 2 } });
  });

  it('takes an interface that cannot be looked at for a plain one', () => {
    const collector = new NetworkCollector(
      all,
      () => dev({ eno1: [0, 0], veth1: [0, 0] }),
      (name) => missing(name),
    );
    collector.collect(0);
    expect(collector.collect(1000).network?.interfaces.map(({ name }) => name)).toEqual(['eno1']);
  });

  it('reads the real interfaces of this machine', () => {
    const collector = new NetworkCollector(all);
    collector.collect(0);
    const names = collector.collect(1000).network?.interfaces.map(({ name }) => name) ?? [];
    expect(names).not.toContain('lo');
  });
});
