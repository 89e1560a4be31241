import { ByteReader, ByteWriter } from './bytes.js';

/** What is left of a series in a span of time. Without a value, `count` is 0 and the rest means nothing. */
export interface Rollup {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** @param column steps of one series; NaN where one is missing */
export function rollUp(column: readonly number[]): Rollup {
  const rollup = { min: Infinity, max: -Infinity, sum: 0, count: 0 };
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    if (value < rollup.min) rollup.min = value;
    if (value > rollup.max) rollup.max = value;
    rollup.sum += value;
    rollup.count += 1;
  }
  return rollup;
}

/** Per series: count, min, how far max lies above it, and how far the sum lies above `count` times min. */
export function packRollups(rollups: readonly Rollup[]): Buffer {
  const writer = new ByteWriter();
  for (const { min, max, sum, count } of rollups) {
    writer.varint(count);
    if (count === 0) continue;
    writer.zigzag(min);
    writer.varint(max - min);
    // Sums beyond 2^53 are rounded, which may leave them a hair under the smallest possible one.
    writer.varint(Math.max(0, sum - count * min));
  }
  return writer.take();
}

/** @throws RangeError where the bytes are cut off */
export function unpackRollups(bytes: Uint8Array, series: number): Rollup[] {
  const reader = new ByteReader(bytes);
  const rollups: Rollup[] = [];
  for (let i = 0; i < series; i += 1) {
    const count = reader.varint();
    if (count === 0) {
      rollups.push({ min: Infinity, max: -Infinity, sum: 0, count });
      continue;
    }
    const min = reader.zigzag();
    rollups.push({ min, max: min + reader.varint(), sum: reader.varint() + count * min, count });
  }
  return rollups;
}
