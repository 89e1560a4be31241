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
  const rollups: Rollup[] = [];
  eachRollup(bytes, series, undefined, (rollup) => rollups.push(rollup));
  return rollups;
}

/**
 * Calls with the roll-ups of the series that are wanted, by place, or of all. Those after the last one are not read.
 * @throws RangeError where the bytes are cut off
 */
export function eachRollup(
  bytes: Uint8Array,
  series: number,
  wanted: ReadonlySet<number> | undefined,
  take: (rollup: Rollup, place: number) => void,
): void {
  const reader = new ByteReader(bytes);
  let left = wanted?.size ?? series;
  for (let place = 0; left > 0 && place < series; place += 1) {
    const count = reader.varint();
    if (wanted !== undefined && !wanted.has(place)) {
      if (count > 0) reader.skipVarints(3);
      continue;
    }
    left -= 1;
    if (count === 0) {
      take({ min: Infinity, max: -Infinity, sum: 0, count }, place);
      continue;
    }
    const min = reader.zigzag();
    take({ min, max: min + reader.varint(), sum: reader.varint() + count * min, count }, place);
  }
}
