import { ByteReader, ByteWriter } from './bytes.js';
import type { MinuteColumns } from './minute-columns.js';
import type { StoredLayout } from './stored-layout.js';

const BOOT_ID_DIGITS = 16;
const CONSTANT = 0;
const CHANGING = 1;

/**
 * A minute in bytes, without loss: per column the differences from row to row, each in as few bytes as
 * it needs. Columns carry their length, so a reader steps over those it does not want.
 *
 * Form: rows · boots (count; each: bootId, rows of it in a run) · seqs · first time, then the changes of
 * the time's change · per series a block: runs of present and missing rows by turns (none: all present),
 * kind, values.
 */
export function packSamples({ bootIds, seqs, times, columns }: MinuteColumns): Buffer {
  const writer = new ByteWriter();
  writer.varint(times.length);
  const boots = runs(bootIds);
  writer.varint(boots.length);
  for (const { value, length } of boots) {
    writer.hex(value);
    writer.varint(length);
  }
  writeChanges(writer, seqs);
  writeTimes(writer, times);
  const block = new ByteWriter();
  for (const column of columns) {
    block.clear();
    writeColumn(block, column);
    writer.block(block);
  }
  return writer.take();
}

/**
 * @param wanted which series to read, by place in the layout; the others' columns stay empty
 * @throws RangeError where the bytes are cut off
 */
export function unpackSamples(
  layout: StoredLayout,
  bytes: Uint8Array,
  wanted?: ReadonlySet<number>,
): MinuteColumns {
  const reader = new ByteReader(bytes);
  const rows = reader.varint();
  const bootIds: string[] = [];
  for (let boots = reader.varint(); boots > 0; boots -= 1) {
    const bootId = reader.hex(BOOT_ID_DIGITS);
    for (let length = reader.varint(); length > 0; length -= 1) bootIds.push(bootId);
  }
  return {
    layout,
    bootIds,
    seqs: readChanges(reader, rows),
    times: readTimes(reader, rows),
    columns: layout.series.map((_, i) => {
      if (wanted === undefined || wanted.has(i)) return readColumn(reader.block(), rows);
      reader.skipBlock();
      return [];
    }),
  };
}

function writeColumn(writer: ByteWriter, column: readonly number[]): void {
  const values = column.filter((value) => !Number.isNaN(value));
  if (values.length === column.length) writer.varint(0);
  else writePresence(writer, column);
  if (values.length === 0) return;
  const [first] = values;
  if (values.every((value) => value === first)) {
    writer.varint(CONSTANT);
    writer.zigzag(first!);
  } else {
    writer.varint(CHANGING);
    writeChanges(writer, values);
  }
}

function readColumn(reader: ByteReader, rows: number): number[] {
  const present = readPresence(reader, rows);
  const count = present?.reduce((sum, is) => sum + Number(is), 0) ?? rows;
  if (count === 0) return new Array<number>(rows).fill(NaN);
  const values =
    reader.varint() === CONSTANT
      ? new Array<number>(count).fill(reader.zigzag())
      : readChanges(reader, count);
  if (present === undefined) return values;
  let next = 0;
  return present.map((is) => (is ? values[next++]! : NaN));
}

/** Lengths of the runs, beginning with the present ones (perhaps none). */
function writePresence(writer: ByteWriter, column: readonly number[]): void {
  const found = runs(column.map((value) => !Number.isNaN(value)));
  if (found[0]?.value === false) found.unshift({ value: true, length: 0 });
  writer.varint(found.length);
  for (const { length } of found) writer.varint(length);
}

function readPresence(reader: ByteReader, rows: number): boolean[] | undefined {
  const count = reader.varint();
  if (count === 0) return undefined;
  const present: boolean[] = [];
  for (let run = 0; run < count; run += 1) {
    for (let length = reader.varint(); length > 0 && present.length < rows; length -= 1) {
      present.push(run % 2 === 0);
    }
  }
  return present;
}

function writeChanges(writer: ByteWriter, values: readonly number[]): void {
  let last = 0;
  for (const value of values) {
    writer.zigzag(value - last);
    last = value;
  }
}

function readChanges(reader: ByteReader, count: number): number[] {
  const values = new Array<number>(count);
  let last = 0;
  for (let i = 0; i < count; i += 1) {
    last += reader.zigzag();
    values[i] = last;
  }
  return values;
}

/** Frames come at an even pace: the change of the change is near 0. */
function writeTimes(writer: ByteWriter, times: readonly number[]): void {
  let last = 0;
  let pace = 0;
  times.forEach((time, i) => {
    writer.zigzag(time - last - pace);
    pace = i === 0 ? 0 : time - last;
    last = time;
  });
}

function readTimes(reader: ByteReader, count: number): number[] {
  const times = new Array<number>(count);
  let last = 0;
  let pace = 0;
  for (let i = 0; i < count; i += 1) {
    const change = reader.zigzag() + pace;
    last += change;
    pace = i === 0 ? 0 : change;
    times[i] = last;
  }
  return times;
}

function runs<T>(values: readonly T[]): { value: T; length: number }[] {
  const found: { value: T; length: number }[] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last !== undefined && last.value === value) last.length += 1;
    else found.push({ value, length: 1 });
  }
  return found;
}
