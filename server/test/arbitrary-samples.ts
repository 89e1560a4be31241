import { METRICS } from '@tocsin/shared';
import fc from 'fast-check';
import type { StoredSample } from '../src/samples/packing/minute-columns.js';
import { layoutOf, storedSeries } from '../src/samples/packing/stored-layout.js';

/** Random input for the specs of samples: what any number of agents could send in a minute. */
const series = fc
  .record({
    metric: fc.constantFrom(...METRICS.values()),
    instance: fc.constantFrom('/', '/var:log', 'eth0', '__proto__', 'naïve\u0000name'),
  })
  .map(({ metric, instance }) =>
    storedSeries(metric.id, metric.instance === undefined ? undefined : instance, metric.resolution),
  );

const layouts = fc
  .uniqueArray(series, { selector: (s) => s.key, maxLength: 8 })
  .map((chosen) => layoutOf(chosen));

const step = fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(2 ** 46), fc.integer({ min: -1_000, max: 0 }));

export const MINUTE_MS = 60_000;
export const MINUTE = 29_000_000 * MINUTE_MS;

const sampleOf = (layout: StoredSample['layout']) =>
  fc.record({
    bootId: fc.constantFrom('0123456789abcdef', 'fedcba9876543210'),
    seq: fc.nat(200),
    t: fc.nat(MINUTE_MS - 1).map((offset) => MINUTE + offset),
    layout: fc.constant(layout),
    steps: fc.array(step, { minLength: layout.series.length, maxLength: layout.series.length }),
  });

/** Layouts change now and then, frames come twice and in any order. */
export const samples: fc.Arbitrary<StoredSample[]> = fc
  .array(layouts, { minLength: 1, maxLength: 3 })
  .chain((some) => fc.array(fc.constantFrom(...some).chain(sampleOf), { minLength: 1, maxLength: 80 }));

export const identityOf = ({ bootId, seq }: Pick<StoredSample, 'bootId' | 'seq'>): string =>
  `${bootId} ${seq}`;
