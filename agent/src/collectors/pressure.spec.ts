import { describe, expect, it } from 'vitest';
import { fixture, missing } from './fixtures/fixture.js';
import { parsePressure, PressureCollector } from './pressure.js';

const line = (kind: string, total: number) => `${kind} avg10=1.50 avg60=0.50 avg300=0.10 total=${total}\n`;
const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe('parsePressure', () => {
  it('reads what a real kernel gives', () => {
    expect(parsePressure(fixture('pressure-memory.txt'))).toEqual({ some: 35_845_214, full: 29_763_375 });
    expect(parsePressure(fixture('pressure-io.txt')).some).toBe(21_818_404);
  });

  it('knows kernels that do not tell of all tasks', () => {
    expect(parsePressure(line('some', 5))).toEqual({ some: 5 });
  });

  it('fails on anything else', () => {
    for (const text of ['', 'some avg10=0', 'full total=1'])
      expect(() => parsePressure(text)).toThrow('/proc/pressure');
  });
});

describe('PressureCollector', () => {
  it('gives the share of the time that has really passed', () => {
    let total = 1_000_000;
    const collector = new PressureCollector(() => line('some', total) + line('full', total / 2));
    expect(collector.collect(0)).toEqual({});
    total += 1_000_000;
    expect(collector.collect(2000)).toEqual({
      pressure: { cpu: { some: 50 }, memory: { some: 50, full: 25 }, io: { some: 50, full: 25 } },
    });
  });

  it('stays within 0 to 100', () => {
    let total = 0;
    const collector = new PressureCollector(() => line('some', total));
    collector.collect(0);
    total = 9e9;
    expect(collector.collect(1000).pressure?.cpu).toEqual({ some: 100 });
    total = 5;
    expect(collector.collect(2000).pressure?.cpu).toEqual({ some: 0 });
  });

  it.each(['ENOENT', 'ENOTSUP', 'EOPNOTSUPP'])('has no data where the kernel says %s', (code) => {
    let asked = 0;
    const collector = new PressureCollector(() => (asked++, failing(code)()));
    expect(collector.collect(0)).toEqual({});
    expect(collector.collect(1000)).toEqual({});
    // A kernel that has none at its start never gets any.
    expect(asked).toBe(3);
  });

  it('gives what there is where the kernel tells of some', () => {
    const collector = new PressureCollector((path) =>
      path.endsWith('/io') ? missing(path) : line('some', 0),
    );
    collector.collect(0);
    expect(Object.keys(collector.collect(1000).pressure!)).toEqual(['cpu', 'memory']);
  });

  it('fails when it may not read', () => {
    expect(() => new PressureCollector(failing('EACCES')).collect(0)).toThrow('EACCES');
  });

  it('counts for a second cadence from the same reading on, and each by itself', () => {
    let total = 0;
    const collector = new PressureCollector(() => line('some', total));
    collector.collect(0);
    const live = collector.forLive();
    total = 500_000;
    expect(live.collect(1000).pressure?.cpu).toEqual({ some: 50 });
    expect(live.collect(2000).pressure?.cpu).toEqual({ some: 0 });
    expect(collector.collect(2000).pressure?.cpu).toEqual({ some: 25 });
  });
});
