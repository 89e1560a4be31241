import type { Reading } from './engine.js';

/** Whole slots of a window, oldest first: `count[i]` belongs to `index[i]`. Slots without a reading are left out. */
interface Slots {
  index: readonly number[];
  count: readonly number[];
  sum: readonly number[];
  max: readonly number[];
  /** Sum of the times at which the readings came, in ms since the slot began. */
  time: readonly number[];
}

interface Slot {
  index: number;
  count: number;
  sum: number;
  max: number;
  time: number;
}

/**
 * The readings of the last while, put together in slots of equal width, so that a window of a day takes as
 * little as one of a minute: at most `slots` times five numbers. Plain data, never changed in place; the
 * whole slots are the same arrays until the next slot is whole.
 */
export interface WindowState {
  /** Width of a slot, in ms. */
  width: number;
  /** How much time was seen to pass since the window began, in ms: not the clock's, which may be set. */
  elapsed: number;
  /** UTC ms of the newest reading. */
  seen: number;
  whole: Slots;
  open: Slot;
}

export interface WindowShape {
  slots: number;
  /** ms. */
  width: number;
  /** Longest silence in ms after which the window goes on; after a longer one it begins anew. */
  patienceMs: number;
}

const NO_SLOTS: Slots = { index: [], count: [], sum: [], max: [], time: [] };

/** The window with one more reading in it. What has left it is forgotten by the slot. */
export function put(
  { slots, width, patienceMs }: WindowShape,
  state: WindowState | undefined,
  value: number,
  { now }: Pick<Reading, 'now'>,
): WindowState {
  if (state === undefined || state.width !== width || now - state.seen > patienceMs) {
    const open = { index: 0, count: 1, sum: value, max: value, time: 0 };
    return { width, elapsed: 0, seen: now, whole: NO_SLOTS, open };
  }
  // A clock that is set back adds nothing.
  const elapsed = state.elapsed + Math.max(0, now - state.seen);
  const index = Math.floor(elapsed / width);
  const time = elapsed - index * width;
  const { open } = state;
  if (index !== open.index) {
    const whole = close(state.whole, open, index - slots);
    return { width, elapsed, seen: now, whole, open: { index, count: 1, sum: value, max: value, time } };
  }
  const more = {
    index,
    count: open.count + 1,
    sum: open.sum + value,
    max: Math.max(open.max, value),
    time: open.time + time,
  };
  return { width, elapsed, seen: now, whole: state.whole, open: more };
}

/** @param last index of the newest slot that has left the window */
function close({ index, count, sum, max, time }: Slots, open: Slot, last: number): Slots {
  let left = 0;
  while (left < index.length && index[left]! <= last) left += 1;
  if (open.index <= last) return NO_SLOTS;
  return {
    index: [...index.slice(left), open.index],
    count: [...count.slice(left), open.count],
    sum: [...sum.slice(left), open.sum],
    max: [...max.slice(left), open.max],
    time: [...time.slice(left), open.time],
  };
}

/** Average of all readings in the window. */
export function average({ whole, open }: WindowState): number {
  let { sum, count } = open;
  for (let i = 0; i < whole.sum.length; i += 1) {
    sum += whole.sum[i]!;
    count += whole.count[i]!;
  }
  return sum / count;
}

export function greatest({ whole, open }: WindowState): number {
  let { max } = open;
  for (const one of whole.max) if (one > max) max = one;
  return max;
}

/** The value that 95 of 100 slots do not exceed, taking each slot for its average (nearest rank). */
export function percentile95({ whole, open }: WindowState): number {
  const length = whole.sum.length + 1;
  const rank = length - Math.ceil(0.95 * length) + 1;
  // Of 60 slots the fourth largest: to keep the four largest in order is cheaper than to sort all.
  const largest: number[] = [];
  const offer = (value: number) => {
    let at = largest.length;
    while (at > 0 && largest[at - 1]! < value) at -= 1;
    if (at >= rank) return;
    largest.splice(at, 0, value);
    if (largest.length > rank) largest.pop();
  };
  for (let i = 0; i < whole.sum.length; i += 1) offer(whole.sum[i]! / whole.count[i]!);
  offer(open.sum / open.count);
  return largest[rank - 1]!;
}

/** Change in a ms from the oldest slot to the newest reading; undefined while there is no time between them. */
export function change({ width, elapsed, whole }: WindowState, value: number): number | undefined {
  const { index, count, sum, time } = whole;
  if (index.length === 0) return undefined;
  const past = elapsed - (index[0]! * width + time[0]! / count[0]!);
  return past > 0 ? (value - sum[0]! / count[0]!) / past : undefined;
}

/** The value `aheadMs` after the newest reading on the line that fits the slots best (least squares). */
export function ahead({ width, elapsed, whole, open }: WindowState, aheadMs: number): number | undefined {
  const { index, count, sum, time } = whole;
  const points = index.length + 1;
  // Times from the newest reading on, so that no precision is lost in large numbers.
  const t = (i: number) => index[i]! * width + time[i]! / count[i]! - elapsed;
  const openT = open.index * width + open.time / open.count - elapsed;
  const openV = open.sum / open.count;
  let [meanT, meanV] = [openT, openV];
  for (let i = 0; i < index.length; i += 1) {
    meanT += t(i);
    meanV += sum[i]! / count[i]!;
  }
  meanT /= points;
  meanV /= points;
  let covariance = (openT - meanT) * (openV - meanV);
  let variance = (openT - meanT) ** 2;
  for (let i = 0; i < index.length; i += 1) {
    covariance += (t(i) - meanT) * (sum[i]! / count[i]! - meanV);
    variance += (t(i) - meanT) ** 2;
  }
  return variance > 0 ? meanV + (covariance / variance) * (aheadMs - meanT) : undefined;
}
