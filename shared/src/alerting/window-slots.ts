/** What a window is asked for; what nobody asks for is neither kept nor worked out. */
export type WindowUse = 'avg' | 'max' | 'p95' | 'rate' | 'forecast';

/**
 * Whole slots of a window in rings: the oldest stands at `first`, and `length` of them count. `count[i]` belongs
 * to `index[i]`; slots without a reading are left out. What is asked of them with every reading is worked out
 * once, when a slot becomes whole.
 */
export interface Slots {
  first: number;
  length: number;
  index: number[];
  count: number[];
  /** Of a percentile the slots' averages, which is all that it looks at. */
  sum: number[];
  max?: number[];
  /** Sum of the times at which the readings came, in ms since the slot began. */
  time?: number[];
  all: { count: number; sum: number; max: number };
  /** The largest averages of slots, largest first: as many as the percentile needs. */
  largest: number[];
  /** Sums for the line through the slots' averages, from `index` and `value` on, times in slots. */
  line: { index: number; value: number; t: number; v: number; tt: number; tv: number };
}

export function noSlots(use: WindowUse): Slots {
  return {
    ...{ first: 0, length: 0, index: [], count: [], sum: [], largest: [] },
    ...(use === 'max' && { max: [] }),
    ...((use === 'rate' || use === 'forecast') && { time: [] }),
    all: { count: 0, sum: 0, max: -Number.MAX_VALUE },
    line: { index: 0, value: 0, t: 0, v: 0, tt: 0, tv: 0 },
  };
}

/** Slots up to this index have left the window. */
export function forget(whole: Slots, last: number): void {
  const size = whole.index.length;
  while (whole.length > 0 && whole.index[whole.first]! <= last) {
    whole.first = whole.first + 1 === size ? 0 : whole.first + 1;
    whole.length -= 1;
  }
}

/** A slot that has just become whole. */
interface Slot {
  index: number;
  count: number;
  sum: number;
  max: number;
  time: number;
}

export function append(whole: Slots, { index, count, sum, max, time }: Slot): void {
  const size = whole.index.length;
  if (whole.length === size) {
    // It grows to what is needed and no longer: `push` would leave room that every host pays for.
    const longer = (ring: number[], one: number) =>
      [...ring.slice(whole.first), ...ring.slice(0, whole.first)].concat(one);
    whole.index = longer(whole.index, index);
    whole.count = longer(whole.count, count);
    whole.sum = longer(whole.sum, sum);
    if (whole.max) whole.max = longer(whole.max, max);
    if (whole.time) whole.time = longer(whole.time, time);
    whole.first = 0;
  } else {
    const at = (whole.first + whole.length) % size;
    whole.index[at] = index;
    whole.count[at] = count;
    whole.sum[at] = sum;
    if (whole.max) whole.max[at] = max;
    if (whole.time) whole.time[at] = time;
  }
  whole.length += 1;
}

/** Anew each time, from what is there: sums that are added to and taken from lose precision in large numbers. */
export function workOut(whole: Slots, use: WindowUse, width: number): void {
  switch (use) {
    case 'avg':
      return addUp(whole);
    case 'max':
      return findGreatest(whole);
    case 'p95':
      return findLargest(whole);
    case 'forecast':
      return drawLine(whole, width);
    case 'rate':
      // The oldest slot is all that it needs.
      return;
  }
}

// Plain loops in what follows: with twenty rules there are several of these a frame, and a call a slot shows.

function addUp({ first, length, count, sum, all }: Slots): void {
  let counts = 0;
  let sums = 0;
  const size = count.length;
  for (let i = 0, at = first; i < length; i += 1) {
    counts += count[at]!;
    sums += sum[at]!;
    at = at + 1 === size ? 0 : at + 1;
  }
  all.count = counts;
  all.sum = sums;
}

function findGreatest({ first, length, max, all }: Slots): void {
  let greatest = -Number.MAX_VALUE;
  const size = max!.length;
  for (let i = 0, at = first; i < length; i += 1) {
    if (max![at]! > greatest) greatest = max![at]!;
    at = at + 1 === size ? 0 : at + 1;
  }
  all.max = greatest;
}

function findLargest({ first, length, sum, largest }: Slots): void {
  const rank = rankOf(length + 1);
  largest.length = 0;
  const size = sum.length;
  for (let i = 0, at = first; i < length; i += 1) {
    insert(largest, sum[at]!, rank);
    at = at + 1 === size ? 0 : at + 1;
  }
}

function drawLine({ first, length, index, count, sum, time, line }: Slots, width: number): void {
  // From the first on, so that no precision is lost in large numbers.
  line.index = index[first]!;
  line.value = sum[first]! / count[first]!;
  line.t = line.v = line.tt = line.tv = 0;
  const size = index.length;
  for (let i = 0, at = first; i < length; i += 1) {
    const t = index[at]! - line.index + time![at]! / count[at]! / width;
    const v = sum[at]! / count[at]! - line.value;
    line.t += t;
    line.v += v;
    line.tt += t * t;
    line.tv += t * v;
    at = at + 1 === size ? 0 : at + 1;
  }
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
export const rankOf = (length: number): number => length - Math.ceil(0.95 * length) + 1;
