import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BandSeries } from './band-series.js';

const history = (avg: (number | null)[]) => ({
  metric: 'cpu.usage',
  min: avg.map((value) => value && value - 1),
  avg,
  max: avg.map((value) => value && value + 1),
});

describe('BandSeries', () => {
  it('takes over the history and leaves out steps without values', () => {
    const series = BandSeries.fromHistory(
      history([10, null, 30]),
      { from: 1000, step: 1000 },
      { now: 4000, interval: 1000 },
    );
    expect(series.avg).toEqual([
      { x: 1000, y: 10 },
      { x: 3000, y: 30 },
    ]);
    expect(series.min.map(({ y }) => y)).toEqual([9, 29]);
    expect(series.max.map(({ y }) => y)).toEqual([11, 31]);
  });

  it('appends live values behind the history', () => {
    const series = BandSeries.fromHistory(
      history([10]),
      { from: 0, step: 1000 },
      { now: 1000, interval: 1000 },
    );
    series.add(1500, 20, 0);
    expect(series.newest).toEqual({ x: 1000, y: 20 });
  });

  it('weighs the unfinished newest step by the time that it already covers', () => {
    const series = BandSeries.fromHistory(
      history([10]),
      { from: 0, step: 10_000 },
      { now: 3000, interval: 1000 },
    );
    series.add(3000, 50, 0);
    expect(series.newest).toEqual({ x: 0, y: 20 });
    expect(series.max).toEqual([{ x: 0, y: 50 }]);
  });

  it('does not count a frame twice that the history already holds', () => {
    const series = BandSeries.fromHistory(
      history([10]),
      { from: 0, step: 10_000 },
      { now: 3000, interval: 1000 },
    );
    series.add(2000, 90, 0);
    expect(series.newest?.y).toBe(10);
  });

  it('keeps average, lowest and highest of the live values of a step', () => {
    const value = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
        const series = new BandSeries(1000);
        values.forEach((one, i) => series.add(i * 10, one, 0));
        expect(series.avg[0]?.y).toBeCloseTo(values.reduce((sum, one) => sum + one, 0) / values.length, 6);
        expect(series.min[0]?.y).toBe(Math.min(...values));
        expect(series.max[0]?.y).toBe(Math.max(...values));
      }),
    );
  });

  it('forgets what has left the chart but the point that the line comes from', () => {
    const series = new BandSeries(1000);
    for (let t = 0; t < 10_000; t += 1000) series.add(t, t, 0);
    series.trim(5000);
    expect(series.avg.map(({ x }) => x)).toEqual([4000, 5000, 6000, 7000, 8000, 9000]);
    expect(series.min).toHaveLength(6);
    expect(series.max).toHaveLength(6);
  });

  it('ignores values that come late', () => {
    const series = new BandSeries(1000);
    series.add(5000, 1, 0);
    series.add(3000, 9, 0);
    expect(series.avg).toEqual([{ x: 5000, y: 1 }]);
  });
});
