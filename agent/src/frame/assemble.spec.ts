import { checkFor, Frame } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import type { Collector } from '../collectors/collector.js';
import { hostCollectors } from '../collectors/host-collectors.js';
import { OPTIONS, SETTING_NAMES, type Settings } from '../config/options.js';
import { Assembler, collectAll } from './assemble.js';

const ram = { total: 2, used: 1, available: 1, swapTotal: 0, swapUsed: 0 };
const collector = (name: string, collect: Collector['collect']): Collector => ({ name, collect });
const good = collector('memory', () => ({ ram }));

describe('collectAll', () => {
  it('puts the parts of all collectors together', async () => {
    const services = [{ name: 'nginx', state: 'active' as const }];
    const both = [good, collector('services', () => Promise.resolve({ services }))];
    expect(await collectAll(both, 0)).toEqual({ ram, services });
  });

  it('turns a collector that fails into an entry and goes on with the others', async () => {
    const thrown = collector('a', () => {
      throw new Error('no such file');
    });
    const rejected = collector('b', () => Promise.reject(new Error('no answer')));
    const content = await collectAll([thrown, good, rejected], 0);
    expect(content.ram).toEqual(ram);
    expect(content.failures).toEqual([
      { collector: 'a', error: 'no such file' },
      { collector: 'b', error: 'no answer' },
    ]);
  });

  it('tells what a collector could not read beside what it could', async () => {
    const half = collector('disk', () => ({ disks: [], problems: ['/nas does not answer'] }));
    expect(await collectAll([half], 0)).toEqual({
      disks: [],
      failures: [{ collector: 'disk', error: '/nas does not answer' }],
    });
  });

  it('takes nothing to report for no failure', async () => {
    expect(await collectAll([collector('swap', () => ({}))], 0)).toEqual({});
  });

  it('keeps to the bounds of the protocol however much fails', async () => {
    const problems = Array.from({ length: 100 }, () => 'x'.repeat(1000));
    const content = await collectAll([collector('disk', () => ({ problems }))], 0);
    expect(checkFor(Frame).accepts({ seq: 0, t: 0, ...content })).toBe(true);
  });
});

describe('Assembler', () => {
  it('numbers frames from 0 and hands the monotonic time to the collectors', async () => {
    const times: number[] = [];
    const assembler = new Assembler([collector('clock', (now) => (times.push(now), {}))]);
    await assembler.prime(10);
    expect(await assembler.next(20, 1_000)).toEqual({ seq: 0, t: 1_000 });
    expect(await assembler.next(30, 999)).toEqual({ seq: 1, t: 999 });
    expect(times).toEqual([10, 20, 30]);
  });

  it('makes of this machine a frame that the hub accepts', async () => {
    const defaults = SETTING_NAMES.map((name) => [name, OPTIONS[name].default]);
    const assembler = new Assembler(hostCollectors(Object.fromEntries(defaults) as Settings));
    await assembler.prime(0);
    const frame = await assembler.next(1000, Date.now());
    expect(checkFor(Frame).accepts(frame), JSON.stringify(checkFor(Frame).fault(frame))).toBe(true);
    expect(frame.ram).toBeDefined();
    expect(frame.failures).toBeUndefined();
  });
});
