import { METRICS, type Layout } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf, quantise, readLayout, storedLayoutOf, storedSeries } from './stored-layout.js';

const liveLayout = (): Layout => ({
  series: [
    { key: 'cpu.usage', metric: METRICS.get('cpu.usage')! },
    { key: 'disk.used:/a:b', metric: METRICS.get('disk.used')!, instance: '/a:b' },
  ],
});

describe('stored layout', () => {
  it('is one object for all hosts with equal series', () => {
    expect(storedLayoutOf(liveLayout())).toBe(storedLayoutOf(liveLayout()));
  });

  it('comes back from its text, with resolutions and instances', () => {
    const { text, series } = storedLayoutOf(liveLayout());
    expect(series).toMatchObject([
      { metric: 'cpu.usage', resolution: 0.1, scale: 10 },
      { metric: 'disk.used', instance: '/a:b', resolution: 65_536 },
    ]);
    expect(readLayout(text)).toBe(storedLayoutOf(liveLayout()));
  });

  it('shares the objects of its series with layouts that have others beside them', () => {
    const one = layoutOf([storedSeries('cpu.usage', undefined, 0.1), storedSeries('disk.used', '/', 1)]);
    const other = readLayout(JSON.stringify(['disk.used:/', 1, 'disk.used:/new', 1]));
    expect(other.series[0]).toBe(one.series[1]);
    expect(storedSeries('disk.used', '/', 2)).not.toBe(one.series[1]);
  });

  it('can be read when its metric has left the catalogue', () => {
    const text = JSON.stringify(['old.metric:x', 0.01]);
    expect(readLayout(text).series).toMatchObject([
      { key: 'old.metric:x', metric: 'old.metric', instance: 'x', resolution: 0.01, scale: 100 },
    ]);
  });

  it('keeps values to half a step of their metric', () => {
    const value = fc.double({ min: 0, max: 2 ** 46, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...METRICS.values()), value, (metric, given) => {
        const layout = layoutOf([storedSeries(metric.id, undefined, metric.resolution)]);
        const [steps] = quantise(layout, [given]);
        expect(Number.isInteger(steps)).toBe(true);
        const error = Math.abs(steps! / layout.series[0]!.scale - given);
        expect(error).toBeLessThanOrEqual(metric.resolution / 2 + given * 1e-12);
      }),
    );
  });

  it('brings a value with few decimals back as it was', () => {
    const { series } = layoutOf([storedSeries('cpu.usage', undefined, 0.1)]);
    expect(quantise(layoutOf(series), [63.2])[0]! / series[0]!.scale).toBe(63.2);
  });
});
