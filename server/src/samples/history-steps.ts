const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths of a step that people can read off an axis, in ms. */
const WIDTHS = [
  ...[50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  // A quarter of an hour is left out: ten minutes, of which there are roll-ups, do not divide it.
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** Step `i` covers `from + i * step` up to the next. Times in UTC ms. */
export interface Steps {
  from: number;
  to: number;
  step: number;
  count: number;
}

/**
 * Divides a time into steps: as narrow as `points` allows, but never narrower than `finest`. Steps begin
 * at round times, so the first and the last one reach a little over what was asked.
 * @param finest how often there is a sample at all, in ms
 */
export function stepsOf(from: number, to: number, points: number, finest: number): Steps {
  for (const width of WIDTHS) {
    if (width < finest) continue;
    const steps = aligned(from, to, width);
    if (steps.count <= points) return steps;
  }
  for (let days = Math.max(1, Math.floor((to - from) / DAY / points)); ; days += 1) {
    const steps = aligned(from, to, days * DAY);
    // A short time across midnight takes two steps of any width.
    if (steps.count <= Math.max(points, 2)) return steps;
  }
}

function aligned(from: number, to: number, step: number): Steps {
  const first = Math.floor(from / step) * step;
  const end = Math.max(first + step, Math.ceil(to / step) * step);
  return { from: first, to: end, step, count: (end - first) / step };
}

/** Least, average and greatest value of one series in each step. Values are in the metric's unit. */
export class SteppedSeries {
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;
  readonly #count: Float64Array;

  /** @param scale how many steps of resolution make one unit; averages are given ten times as fine */
  constructor(
    count: number,
    private readonly scale: number,
  ) {
    this.#min = new Float64Array(count).fill(Infinity);
    this.#max = new Float64Array(count).fill(-Infinity);
    this.#sum = new Float64Array(count);
    this.#count = new Float64Array(count);
  }

  add(at: number, min: number, max: number, sum: number, count: number): void {
    if (min < this.#min[at]!) this.#min[at] = min;
    if (max > this.#max[at]!) this.#max[at] = max;
    this.#sum[at]! += sum;
    this.#count[at]! += count;
  }

  values(): Record<'min' | 'avg' | 'max', (number | null)[]> {
    const finer = this.scale * 10;
    const counts = Array.from(this.#count);
    return {
      min: counts.map((count, i) => (count === 0 ? null : this.#min[i]!)),
      avg: counts.map((count, i) =>
        count === 0 ? null : Math.round((this.#sum[i]! / count) * finer) / finer,
      ),
      max: counts.map((count, i) => (count === 0 ? null : this.#max[i]!)),
    };
  }
}
