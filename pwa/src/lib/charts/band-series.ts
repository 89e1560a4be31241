import type { HistorySeries } from '@tocsin/shared';

/** One point of a line, as the chart draws it: UTC ms and a value. */
export interface Point {
  x: number;
  y: number;
}

/**
 * One series in steps of equal length: the average and, around it, the lowest and highest value of each
 * step. Steps in which nothing was measured have no point, so a hole is a distance between two points.
 * The three arrays are the chart's own data and are changed in place.
 */
export class BandSeries {
  readonly min: Point[] = [];
  readonly avg: Point[] = [];
  readonly max: Point[] = [];
  /** Values in the newest step, which is still growing. */
  #inNewest = 0;
  /** Values before this time are already in the history that was loaded. */
  #loadedTo = -Infinity;

  /** @param step length of a step, in ms. */
  constructor(readonly step: number) {}

  /**
   * Starts from the hub's history.
   * @param now up to when the history knows everything, UTC ms; the newest step reaches beyond it.
   * @param interval how often a value comes, in ms, to know how much that unfinished step weighs.
   */
  static fromHistory(
    { min, avg, max }: HistorySeries,
    { from, step }: { from: number; step: number },
    { now, interval }: { now: number; interval: number },
  ): BandSeries {
    const series = new BandSeries(step);
    avg.forEach((value, i) => {
      if (value === null) return;
      const x = from + i * step;
      series.avg.push({ x, y: value });
      series.min.push({ x, y: min[i] ?? value });
      series.max.push({ x, y: max[i] ?? value });
      series.#inNewest = Math.max(1, Math.round(Math.min(step, now - x) / interval));
    });
    series.#loadedTo = now;
    return series;
  }

  get newest(): Point | undefined {
    return this.avg.at(-1);
  }

  /** A live value. Values of the past are left to the history, which knows them all. */
  add(t: number, value: number, origin: number): void {
    const x = origin + Math.floor((t - origin) / this.step) * this.step;
    const newest = this.newest;
    if (newest === undefined || x > newest.x) {
      this.avg.push({ x, y: value });
      this.min.push({ x, y: value });
      this.max.push({ x, y: value });
      this.#inNewest = 1;
      return;
    }
    if (x < newest.x || t < this.#loadedTo) return;
    const lowest = this.min.at(-1);
    const highest = this.max.at(-1);
    this.#inNewest += 1;
    newest.y += (value - newest.y) / this.#inNewest;
    if (lowest !== undefined) lowest.y = Math.min(lowest.y, value);
    if (highest !== undefined) highest.y = Math.max(highest.y, value);
  }

  /** Drops what has moved out of the chart on its left, except the one point that the line comes from. */
  trim(from: number): void {
    const first = this.avg.findIndex(({ x }) => x >= from);
    const gone = (first < 0 ? this.avg.length : first) - 1;
    if (gone <= 0) return;
    for (const points of [this.min, this.avg, this.max]) points.splice(0, gone);
  }
}
