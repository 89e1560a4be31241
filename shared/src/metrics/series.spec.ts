import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../protocol/frame.js';
import { METRICS } from './catalogue.js';
import { DuplicateSeriesError, parseSeriesKey, SeriesReader, seriesKey } from './series.js';

const disk = (mount: string, used = 40) => ({ mount, size: 100, used, available: 60 });
const frame = (parts: Partial<Frame> = {}): Frame => ({ seq: 1, t: 1, ...parts });
const keys = (reader: SeriesReader, of: Frame) => reader.read(of).layout.series.map((s) => s.key);

describe('SeriesReader', () => {
  it('names every value of a frame after its metric and instance', () => {
    const { layout, values } = new SeriesReader().read(
      frame({
        disks: [disk('/'), disk('/var')],
        network: { in: 5, out: 6, interfaces: [{ name: 'eth0', in: 3, out: 4 }] },
      }),
    );
    expect(Object.fromEntries(layout.series.map((s, i) => [s.key, values[i]]))).toEqual({
      'disk.usage:/': 40,
      'disk.used:/': 40,
      'disk.size:/': 100,
      'disk.usage:/var': 40,
      'disk.used:/var': 40,
      'disk.size:/var': 100,
      'net.in': 5,
      'net.out': 6,
      'interface.in:eth0': 3,
      'interface.out:eth0': 4,
    });
  });

  it('keeps one layout as long as the host reports the same series', () => {
    const reader = new SeriesReader();
    const first = reader.read(frame({ disks: [disk('/', 1)] }));
    const second = reader.read(frame({ disks: [disk('/', 2)] }));
    expect(second.layout).toBe(first.layout);
  });

  it('makes a new layout when a mount comes, goes or is renamed, and leaves the old one as it was', () => {
    const reader = new SeriesReader();
    const before = reader.read(frame({ disks: [disk('/'), disk('/a')] })).layout;
    const length = before.series.length;
    expect(keys(reader, frame({ disks: [disk('/')] }))).not.toContain('disk.used:/a');
    expect(keys(reader, frame({ disks: [disk('/'), disk('/b')] }))).toContain('disk.used:/b');
    expect(before.series).toHaveLength(length);
    expect(before.series.map((s) => s.key)).toContain('disk.used:/a');
  });

  it('leaves out what a host does not have, such as swap', () => {
    const ram = { total: 100, used: 50, available: 50, swapTotal: 0, swapUsed: 0 };
    expect(keys(new SeriesReader(), frame({ ram }))).toEqual(['ram.usage', 'ram.used', 'ram.total']);
    expect(keys(new SeriesReader(), frame({ ram: { ...ram, swapTotal: 10 } }))).toContain('swap.usage');
  });

  it('refuses a frame that names an instance twice, and reads the next one', () => {
    const reader = new SeriesReader();
    expect(() => reader.read(frame({ disks: [disk('/'), disk('/')] }))).toThrow(DuplicateSeriesError);
    expect(keys(reader, frame({ disks: [disk('/')] }))).toContain('disk.usage:/');
  });

  it('gives the same answer with a warm layout as with a cold one', () => {
    const mounts = fc.uniqueArray(fc.constantFrom('/', '/a', '/b', '/c:d', '/e'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.record({ mounts, net: fc.boolean(), swap: fc.boolean() })), (steps) => {
        const warm = new SeriesReader();
        for (const step of steps) {
          const next = frame({
            disks: step.mounts.map((m) => disk(m)),
            ram: { total: 9, used: 1, available: 8, swapTotal: step.swap ? 1 : 0, swapUsed: 0 },
            ...(step.net && { network: { in: 1, out: 1, interfaces: [] } }),
          });
          const [a, b] = [warm.read(next), new SeriesReader().read(next)];
          expect(a.values).toEqual(b.values);
          expect(a.layout.series).toEqual(b.layout.series);
        }
      }),
    );
  });
});

describe('series keys', () => {
  it('come apart again into metric and instance, colons in the instance included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...METRICS.keys()),
        fc.option(fc.string(), { nil: undefined }),
        (metricId, instance) => {
          expect(parseSeriesKey(seriesKey(metricId, instance))).toEqual(
            instance === undefined ? { metricId } : { metricId, instance },
          );
        },
      ),
    );
  });
});
