import { describe, expect, it } from 'vitest';
import { missing } from '../fixtures/fixture.js';
import { parseUptime, SystemCollector } from './system.js';

const uptime = () => '350735.47 234388.90\n';
const nobody = { now: () => [] };
const some = { now: () => 42 };

describe('parseUptime', () => {
  it('reads whole seconds', () => {
    expect(parseUptime('350735.97 234388.90\n')).toBe(350_735);
  });

  it('fails on anything else', () => {
    expect(() => parseUptime('')).toThrow('/proc/uptime');
  });
});

describe('SystemCollector', () => {
  it('puts together what the host as a whole is like', () => {
    const ada = { name: 'ada', terminal: 'pts/0' };
    const collector = new SystemCollector(uptime, { now: () => [ada] }, some, () => true);
    expect(collector.collect(0)).toEqual({
      system: { uptime: 350_735, processes: 42, rebootRequired: true, users: [ada] },
    });
  });

  it('leaves out what cannot be told', () => {
    const collector = new SystemCollector(uptime, { now: () => undefined }, some, () => undefined);
    expect(collector.collect(0)).toEqual({ system: { uptime: 350_735, processes: 42 } });
  });

  it('names the part that could not be read and gives the others', () => {
    const denied = { now: () => missing('/run/utmp') };
    expect(new SystemCollector(uptime, denied, some, () => false).collect(0)).toEqual({
      system: { uptime: 350_735, processes: 42, rebootRequired: false },
      problems: ["users: ENOENT: no such file or directory, open '/run/utmp'"],
    });
  });

  it('looks for an update that waits every half minute', () => {
    const answers = [false, true];
    const collector = new SystemCollector(uptime, nobody, some, () => answers.shift()!);
    const at = (now: number) => collector.collect(now).system?.rebootRequired;
    expect([at(0), at(29_000), at(30_000)]).toEqual([false, false, true]);
  });

  it('reads this machine', () => {
    const { system, problems } = new SystemCollector().collect(0);
    expect(problems).toBeUndefined();
    expect(system?.uptime).toBeGreaterThan(0);
    expect(system?.processes).toBeGreaterThan(1);
  });
});
