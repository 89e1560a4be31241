import { checkFor, Frame } from '@tocsin/shared';
import { describe, expect, it, vi } from 'vitest';
import type { Collector } from './collector.js';
import { CollectorSet } from './collector-set.js';

const ram = { total: 2, used: 1, available: 1, swapTotal: 0, swapUsed: 0 };
const collector = (
  name: string,
  collect: Collector['collect'],
  more: Partial<Collector> = {},
): Collector => ({
  name,
  collect,
  ...more,
});
const good = collector('memory', () => ({ ram }));
const read = (...collectors: Collector[]) => new CollectorSet(collectors).read(0);

describe('CollectorSet', () => {
  it('puts the parts of all collectors together', async () => {
    const services = [{ name: 'nginx', state: 'active' as const }];
    expect(
      await read(
        good,
        collector('services', () => Promise.resolve({ services })),
      ),
    ).toEqual({
      ram,
      services,
    });
  });

  it('turns a collector that fails into an entry and goes on with the others', async () => {
    const thrown = collector('a', () => {
      throw new Error('no such file');
    });
    const rejected = collector('b', () => Promise.reject(new Error('no answer')));
    const content = await read(thrown, good, rejected);
    expect(content.ram).toEqual(ram);
    expect(content.failures).toEqual([
      { collector: 'a', error: 'no such file' },
      { collector: 'b', error: 'no answer' },
    ]);
  });

  it('tells what a collector could not read beside what it could', async () => {
    expect(await read(collector('disk', () => ({ disks: [], problems: ['/nas does not answer'] })))).toEqual({
      disks: [],
      failures: [{ collector: 'disk', error: '/nas does not answer' }],
    });
  });

  it('takes nothing to report for no failure', async () => {
    expect(await read(collector('swap', () => ({})))).toEqual({});
  });

  it('keeps to the bounds of the protocol however much fails', async () => {
    const problems = Array.from({ length: 100 }, () => 'x'.repeat(1000));
    const content = await read(collector('disk', () => ({ problems })));
    expect(checkFor(Frame).accepts({ seq: 0, t: 0, ...content })).toBe(true);
  });

  it('knows how each collector did', async () => {
    const set = new CollectorSet([
      good,
      collector('sensors', () => ({ problems: [] })),
      collector('disk', () => ({ disks: [], problems: ['/nas does not answer'] })),
      collector('services', () => Promise.reject(new Error('no bus'))),
      collector('ssh', () => ({ problems: ['no log can be read'] })),
    ]);
    await set.read(0);
    expect(set.outcomes).toEqual([
      { collector: 'memory', state: 'ok', problems: [] },
      { collector: 'sensors', state: 'nothing', problems: [] },
      { collector: 'disk', state: 'ok', problems: ['/nas does not answer'] },
      { collector: 'services', state: 'failing', problems: ['no bus'] },
      { collector: 'ssh', state: 'failing', problems: ['no log can be read'] },
    ]);
  });

  it('shares what serves both cadences, and closes of the second what is its own', () => {
    const [close, closeOwn] = [vi.fn(), vi.fn()];
    const shared = collector('memory', () => ({}), { close });
    const own = collector('cpu', () => ({}), { close: closeOwn });
    const rated = collector('cpu', () => ({}), { close, forLive: () => own });
    const live = new CollectorSet([shared, rated]).forLive();
    expect(live.collectors).toEqual([shared, own]);
    live.close([shared, rated]);
    expect(closeOwn).toHaveBeenCalledOnce();
    expect(close).not.toHaveBeenCalled();
  });
});
