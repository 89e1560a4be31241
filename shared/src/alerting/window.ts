import type { Reading } from './engine.js';

/**
 * Whole slots of a window, oldest first: `count[i]` belongs to `index[i]`; slots without a reading are left out.
 * What is asked of them with every reading is worked out once, when a slot becomes whole.
 */
interface Slots {
  index: number[];
  count: number[];
  sum: number[];
  max: number[];
  /** Sum of the times at which the readings came, in ms since the slot began. */
  time: number[];
  all: { count: number; sum: number; max: number };
  /** The largest averages of slots, largest first: as many as the percentile needs. */
  largest: readonly number[];
  /** Sums for the line through the slots' averages, from `index` and `value` on, times in slots. */
  line: { index: number; value: number; t: number; v: number; tt: number; tv: number };
}

/**
 * The readings of the last while, put together in slots of equal width, so that a window of a day takes as
 * little as one of a minute: at most `slots` times five numbers. Plain data. It is changed in place, since a
 * new one for each reading of each rule of each host outlives what the garbage collector is quick with.
 */
export interface WindowState {
  /** Width of a slot, in ms. */
  width: number;
  /** How much time was seen to pass since the window began, in ms: not the clock's, which may be set. */
  elapsed: number;
  /** UTC ms of the newest reading. */
  seen: number;
  whole: Slots;
  /** The slot that is being filled: which one it is, and what came so far. */
  index: number;
  count: number;
  sum: number;
  max: number;
  time: number;
}

export interface WindowShape {
  slots: number;
  /** ms. */
  width: number;
  /** Longest silence in ms after which the window goes on; after a longer one it begins anew. */
  patienceMs: number;
}

const NO_SLOTS: Slots = {
  ...{ index: [], count: [], sum: [], max: [], time: [], largest: [] },
  all: { count: 0, sum: 0, max: -Number.MAX_VALUE },
  line: { index: 0, value: 0, t: 0, v: 0, tt: 0, tv: 0 },
};

/**
 * Puts one more reading into the window; what has left it is forgotten by the slot.
 * @returns the same window, or a new one where there was none or its time is over
 */
export function put(
  { slots, width, patienceMs }: WindowShape,
  state: WindowState | undefined,
  value: number,
  { now }: Pick<Reading, 'now'>,
): WindowState {
  if (state === undefined || state.width !== width || now - state.seen > patienceMs) {
    const first = { index: 0, count: 1, sum: value, max: value, time: 0 };
    return { width, elapsed: 0, seen: now, whole: NO_SLOTS, ...first };
  }
  // A clock that is set back adds nothing.
  state.elapsed += Math.max(0, now - state.seen);
  state.seen = now;
  const index = Math.floor(state.elapsed / width);
  const time = state.elapsed - index * width;
  if (index === state.index) {
    state.count += 1;
    state.sum += value;
    if (value > state.max) state.max = value;
    state.time += time;
    return state;
  }
  state.whole = close(state, index - slots);
  state.index = index;
  state.count = 1;
  state.sum = state.max = value;
  state.time = time;
  return state;
}

/** @param last index of the newest slot that has left the window */
function close(state: WindowState, last: number): Slots {
  if (state.index <= last) return NO_SLOTS;
  const { whole } = state;
  let left = 0;
  while (left < whole.index.length && whole.index[left]! <= last) left += 1;
  return workedOut(
    {
      index: moved(whole.index, left, state.index),
      count: moved(whole.count, left, state.count),
      sum: moved(whole.sum, left, state.sum),
      max: moved(whole.max, left, state.max),
      time: moved(whole.time, left, state.time),
    },
    state.width,
  );
}

/**
 * The column without its first ones and with one more. A window that is full moves in place; one that is
 * growing gets a column as long as needed and no longer: `push` would leave room that every host pays for.
 */
function moved(column: number[], left: number, one: number): number[] {
  if (left === 0) return column.concat(one);
  // A plain loop: `copyWithin` of an array of numbers takes many times as long.
  const rest = column.length - left;
  for (let i = 0; i < rest; i += 1) column[i] = column[i + left]!;
  column[rest] = one;
  if (left > 1) column.length = rest + 1;
  return column;
}

type Columns = Pick<Slots, 'index' | 'count' | 'sum' | 'max' | 'time'>;

/** One pass in plain loops: with twenty rules there are several of these a frame. */
function workedOut(columns: Columns, width: number): Slots {
  const { index, count, sum, max, time } = columns;
  const all = { count: 0, sum: 0, max: max[0]! };
  // From the first on, so that no precision is lost in large numbers.
  const line = { index: index[0]!, value: sum[0]! / count[0]!, t: 0, v: 0, tt: 0, tv: 0 };
  const largest: number[] = [];
  const rank = rankOf(index.length + 1);
  for (let i = 0; i < index.length; i += 1) {
    const average = sum[i]! / count[i]!;
    all.count += count[i]!;
    all.sum += sum[i]!;
    if (max[i]! > all.max) all.max = max[i]!;
    const t = index[i]! - line.index + time[i]! / count[i]! / width;
    const v = average - line.value;
    line.t += t;
    line.v += v;
    line.tt += t * t;
    line.tv += t * v;
    insert(largest, average, rank);
  }
  return { index, count, sum, max, time, all, largest, line };
}

/** Keeps the largest values in order, so many of them at most. */
function insert(largest: number[], value: number, most: number): void {
  let at = largest.length;
  if (at === most && value <= largest[at - 1]!) return;
  if (at < most) largest.push(value);
  else at -= 1;
  for (; at > 0 && largest[at - 1]! < value; at -= 1) largest[at] = largest[at - 1]!;
  largest[at] = value;
}

/** The how-manieth largest of so many is the 95th percentile, by nearest rank. */
const rankOf = (length: number): number => length - Math.ceil(0.95 * length) + 1;

/** Average of all readings in the window. */
export const average = ({ whole: { all }, sum, count }: WindowState): number =>
  (all.sum + sum) / (all.count + count);

export const greatest = ({ whole: { all }, max }: WindowState): number => Math.max(all.max, max);

/** The value that 95 of 100 slots do not exceed, taking each slot for its average (nearest rank). */
export function percentile95({ whole, sum, count }: WindowState): number {
  const { largest, index } = whole;
  const rank = rankOf(index.length + 1);
  const open = sum / count;
  const before = largest[rank - 2];
  const after = largest[rank - 1];
  const bounded = before !== undefined && before < open ? before : open;
  return after !== undefined && after > bounded ? after : bounded;
}

/** Change in a ms from the oldest slot to the newest reading; undefined while there is no time between them. */
export function change({ width, elapsed, whole }: WindowState, value: number): number | undefined {
  const { index, count, sum, time } = whole;
  if (index.length === 0) return undefined;
  const past = elapsed - (index[0]! * width + time[0]! / count[0]!);
  return past > 0 ? (value - sum[0]! / count[0]!) / past : undefined;
}

/** The value `aheadMs` after the newest reading on the line that fits the slots best (least squares). */
export function ahead(state: WindowState, aheadMs: number): number | undefined {
  const { width, elapsed, index, time, count, sum } = state;
  const { line, index: slots } = state.whole;
  const points = slots.length + 1;
  const t = index + time / count / width - line.index;
  const v = sum / count - line.value;
  const meanT = (line.t + t) / points;
  const meanV = (line.v + v) / points;
  const variance = line.tt + t * t - points * meanT * meanT;
  if (slots.length === 0 || variance <= 0) return undefined;
  const slope = (line.tv + t * v - points * meanT * meanV) / variance;
  return line.value + meanV + slope * ((elapsed + aheadMs) / width - line.index - meanT);
}
