import { describe, expect, it } from 'vitest';
import { rollUp } from '../packing/rollup.js';
import { layoutOf, storedSeries } from '../packing/stored-layout.js';
import { mergeRollups } from './merge-rollups.js';

const part = (columns: Record<string, number[]>, resolution = 0.1) => ({
  layout: layoutOf(Object.keys(columns).map((key) => storedSeries(key, undefined, resolution))),
  rollups: Object.values(columns).map(rollUp),
});
const byKey = ({ layout, rollups }: ReturnType<typeof mergeRollups>) =>
  Object.fromEntries(layout.series.map(({ key, resolution }, i) => [`${key} ${resolution}`, rollups[i]]));

describe('mergeRollups', () => {
  it('gives what all values together give, of each series that any part has', () => {
    const merged = mergeRollups([
      part({ a: [1, 5], b: [3] }),
      part({ b: [9, 2], c: [4] }),
      part({ a: [NaN] }),
    ]);
    expect(byKey(merged)).toEqual({
      'a 0.1': { min: 1, max: 5, sum: 6, count: 2 },
      'b 0.1': { min: 2, max: 9, sum: 14, count: 3 },
      'c 0.1': { min: 4, max: 4, sum: 4, count: 1 },
    });
    expect(merged.leftOut).toBe(0);
  });

  it('does not mix values of a series whose resolution was changed in between', () => {
    expect(byKey(mergeRollups([part({ a: [10] }, 0.1), part({ a: [1] }, 1)]))).toEqual({
      'a 0.1': { min: 10, max: 10, sum: 10, count: 1 },
      'a 1': { min: 1, max: 1, sum: 1, count: 1 },
    });
  });

  it('keeps what was named first when a host names more than a document can hold', () => {
    const names = (from: number) =>
      Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`s${from + i}`, [1]]));
    const merged = mergeRollups([part(names(0)), part(names(15_000))]);
    expect(merged.leftOut).toBe(10_000);
    expect(merged.layout.series).toHaveLength(20_000);
    expect(merged.layout.series[0]!.key).toBe('s0');
  });
});
