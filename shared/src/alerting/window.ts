import type { Reading } from './engine.js';
import { append, forget, noSlots, rankOf, type Slots, type WindowUse, workOut } from './window-slots.js';

/**
 * The readings of the last while, put together in slots of equal width, so that a window of a day takes as
 * little as one of a minute: at most `slots` times four numbers. Plain data. It is changed in place, since a
 * new one for each reading of each rule of each host outlives what the garbage collector is quick with, and
 * moving what stays would cost more than all the rest: a fleet's windows do not fit into the processor's caches.
 */
export interface WindowState {
  use: WindowUse;
  /** Width of a slot, in ms. */
  width: number;
  /** How much time was seen to pass since the window began, in ms: not the clock's, which may be set. */
  elapsed: number;
  /** UTC ms of the newest reading. */
  seen: number;
  whole?: Slots;
  /** The slot that is being filled: which one it is, and what came so far. */
  index: number;
  count: number;
  sum: number;
  max: number;
  time: number;
}

export interface WindowShape {
  use: WindowUse;
  slots: number;
  /** ms. */
  width: number;
  /** Longest silence in ms after which the window goes on; after a longer one it begins anew. */
  patienceMs: number;
}

/**
 * Puts one more reading into the window; what has left it is forgotten by the slot.
 * @returns the same window, or a new one where there was none, its time is over, or it is asked something else
 */
export function put(
  { use, slots, width, patienceMs }: WindowShape,
  state: WindowState | undefined,
  value: number,
  { now }: Pick<Reading, 'now'>,
): WindowState {
  if (state?.use !== use || state.width !== width || now - state.seen > patienceMs) {
    return { use, width, elapsed: 0, seen: now, index: 0, count: 1, sum: value, max: value, time: 0 };
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
  close(state, index - slots);
  state.index = index;
  state.count = 1;
  state.sum = state.max = value;
  state.time = time;
  return state;
}

/** @param last index of the newest slot that has left the window */
function close(state: WindowState, last: number): void {
  if (state.index <= last) {
    state.whole = undefined;
    return;
  }
  const whole = (state.whole ??= noSlots(state.use));
  forget(whole, last);
  append(whole, state.use === 'p95' ? { ...state, count: 1, sum: state.sum / state.count } : state);
  workOut(whole, state.use, state.width);
}

/** Average of all readings in the window. */
export const average = ({ whole, sum, count }: WindowState): number =>
  whole === undefined ? sum / count : (whole.all.sum + sum) / (whole.all.count + count);

export const greatest = ({ whole, max }: WindowState): number =>
  whole === undefined ? max : Math.max(whole.all.max, max);

/** The value that 95 of 100 slots do not exceed, taking each slot for its average (nearest rank). */
export function percentile95({ whole, sum, count }: WindowState): number {
  const open = sum / count;
  if (whole === undefined) return open;
  const { largest, length } = whole;
  const rank = rankOf(length + 1);
  const before = largest[rank - 2];
  const after = largest[rank - 1];
  const bounded = before !== undefined && before < open ? before : open;
  return after !== undefined && after > bounded ? after : bounded;
}

/** Change in a ms from the oldest slot to the newest reading; undefined while there is no time between them. */
export function change({ width, elapsed, whole }: WindowState, value: number): number | undefined {
  if (whole === undefined) return undefined;
  const { first, index, count, sum, time } = whole;
  const past = elapsed - (index[first]! * width + time![first]! / count[first]!);
  return past > 0 ? (value - sum[first]! / count[first]!) / past : undefined;
}

/** The value `aheadMs` after the newest reading on the line that fits the slots best (least squares). */
export function ahead(state: WindowState, aheadMs: number): number | undefined {
  const { width, elapsed, index, time, count, sum, whole } = state;
  if (whole === undefined) return undefined;
  const { line, length } = whole;
  const points = length + 1;
  const t = index + time / count / width - line.index;
  const v = sum / count - line.value;
  const meanT = (line.t + t) / points;
  const meanV = (line.v + v) / points;
  const variance = line.tt + t * t - points * meanT * meanT;
  if (variance <= 0) return undefined;
  const slope = (line.tv + t * v - points * meanT * meanV) / variance;
  return line.value + meanV + slope * ((elapsed + aheadMs) / width - line.index - meanT);
}
