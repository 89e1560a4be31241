import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, MINUTE, samples } from '../../../test/arbitrary-samples.js';
import { columnsOf, samplesOf, type StoredSample } from './minute-columns.js';
import { packSamples, unpackSamples } from './pack-samples.js';
import { layoutOf, readLayout, storedSeries } from './stored-layout.js';

const roundTrip = (given: readonly StoredSample[]) => {
  const columns = columnsOf(given);
  return unpackSamples(readLayout(columns.layout.text), packSamples(columns));
};

const values = (sample: StoredSample) =>
  Object.fromEntries(sample.layout.series.map((s, i) => [s.key, sample.steps[i]]));

describe('packed samples', () => {
  it('give back every sample with exactly its own series, each once', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const first = new Map(given.toReversed().map((sample) => [identityOf(sample), sample]));
        const back = samplesOf(roundTrip(given));
        expect(back).toHaveLength(first.size);
        for (const sample of back) {
          const original = first.get(identityOf(sample))!;
          expect(sample.t).toBe(original.t);
          expect(values(sample)).toEqual(values(original));
        }
      }),
    );
  });

  it('come back in order of time', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const { times } = roundTrip(given);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('give only the wanted columns when asked so', () => {
    fc.assert(
      fc.property(samples, fc.nat(7), (given, place) => {
        const columns = columnsOf(given);
        const some = unpackSamples(columns.layout, packSamples(columns), new Set([place]));
        columns.columns.forEach((column, i) => expect(some.columns[i]).toEqual(i === place ? column : []));
      }),
    );
  });

  it('refuse bytes that were cut off', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (given, at) => {
        const columns = columnsOf(given);
        const whole = packSamples(columns);
        const cut = whole.subarray(0, at % whole.length);
        expect(() => unpackSamples(columns.layout, cut)).toThrow(RangeError);
      }),
    );
  });

  it('cost a byte or two for a value that moves a little, and next to nothing for one that stands', () => {
    const layout = layoutOf([
      storedSeries('cpu.usage', undefined, 0.1),
      storedSeries('disk.size', '/', 65_536),
    ]);
    const minute = Array.from({ length: 60 }, (_, i) => ({
      bootId: '0123456789abcdef',
      seq: 1_000 + i,
      t: MINUTE + i * 1_000,
      layout,
      steps: [500 + (i % 7), 2 ** 30],
    }));
    // 60 numbers, 60 times and 60 changes of one byte each, and less than 40 bytes around them.
    expect(packSamples(columnsOf(minute)).length).toBeLessThan(3 * 60 + 40);
  });
});
