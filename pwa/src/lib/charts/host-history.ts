import { parseSeriesKey, seriesKey, type History, type Sample } from '@tocsin/shared';
import { BandSeries } from './band-series.js';

/** Values come a little late now and then: only so many times the usual distance is drawn as a gap. */
const GAP_FACTOR = 2.5;
/** A step that is so many times as long as the interval always holds a value: one without it is a gap. */
const SURE_STEP = 2;
/** More than the distance between two steps, less than that across a step without value. */
const STEP_GAP_FACTOR = 1.5;

/** All series of one host over one span: the hub's history, continued by live samples. */
export class HostHistory {
  #series = new Map<string, BandSeries>();
  #origin = 0;
  #step: number;

  /**
   * @param span how much of the past is shown, in ms.
   * @param step length of a step while no history is loaded, in ms.
   * @param interval how often the host reports, in ms.
   */
  constructor(
    readonly span: number,
    step: number,
    readonly interval: number,
  ) {
    this.#step = step;
  }

  /** Two points farther apart than this, in ms, are not joined by a line. */
  get gap(): number {
    if (this.#step >= SURE_STEP * this.interval) return STEP_GAP_FACTOR * this.#step;
    return GAP_FACTOR * Math.max(this.#step, this.interval);
  }

  /** Length of a step, in ms. */
  get step(): number {
    return this.#step;
  }

  /** Are single values shown, so that lowest, average and highest are the same? */
  get exact(): boolean {
    return this.#step <= this.interval;
  }

  get newestTime(): number | undefined {
    let newest: number | undefined;
    for (const series of this.#series.values()) {
      const t = series.newest?.x;
      if (t !== undefined && (newest === undefined || t > newest)) newest = t;
    }
    return newest;
  }

  get(metric: string, instance?: string): BandSeries | undefined {
    return this.#series.get(seriesKey(metric, instance));
  }

  /** Mounts, interfaces or services that the metric has values of, in order of their names. */
  instances(metric: string): string[] {
    const found: string[] = [];
    for (const key of this.#series.keys()) {
      const { metricId, instance } = parseSeriesKey(key);
      if (metricId === metric && instance !== undefined) found.push(instance);
    }
    return found.sort();
  }

  /**
   * @param answers of the same time and in the same steps; a metric may be in several
   * @param now up to when the history knows everything, UTC ms.
   */
  load(answers: readonly History[], now: number): void {
    this.#origin = answers[0]?.from ?? this.#origin;
    this.#step = answers[0]?.step ?? this.#step;
    this.#series = new Map(
      answers.flatMap((answer) =>
        answer.series.map((series) => [
          seriesKey(series.metric, series.instance),
          BandSeries.fromHistory(series, answer, { now, interval: this.interval }),
        ]),
      ),
    );
  }

  /** @returns whether a series appeared that was not there before. */
  add(t: number, { layout, values }: Sample, wanted: ReadonlySet<string>): boolean {
    let appeared = false;
    layout.series.forEach(({ key, metric }, i) => {
      const value = values[i];
      if (value === undefined || !wanted.has(metric.id)) return;
      let series = this.#series.get(key);
      if (series === undefined) {
        series = new BandSeries(this.#step);
        this.#series.set(key, series);
        appeared = true;
      }
      series.add(t, value, this.#origin);
      series.trim(t - this.span);
    });
    return appeared;
  }
}
