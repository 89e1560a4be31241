import { HISTORY_LIMITS, type HistorySeries } from '@tocsin/shared';
import { type Steps, SteppedSeries } from './history-steps.js';
import type { MinuteColumns } from './packing/minute-columns.js';
import { eachRollup } from './packing/rollup.js';
import type { StoredLayout, StoredSeries } from './packing/stored-layout.js';
import type { TimedRollups } from './tiers/rolled-up-history.js';

/** The answer would have more steps than a hub should make, or a browser take. */
export class AnswerTooLargeError extends Error {}

/** Puts minutes together to the steps of an answer. */
export class HistoryBuilder {
  readonly #series = new Map<string, { of: StoredSeries; stepped: SteppedSeries }>();
  readonly #wanted = new Map<StoredLayout, ReadonlySet<number>>();

  /** @param metrics series keys, or metric ids for all instances of a metric */
  constructor(
    private readonly metrics: readonly string[],
    private readonly steps: Steps,
  ) {}

  /** Places in the layout of the series that were asked for. */
  wanted(layout: StoredLayout): ReadonlySet<number> {
    let places = this.#wanted.get(layout);
    if (places === undefined) {
      places = new Set(layout.series.flatMap((series, i) => (this.#wants(series) ? [i] : [])));
      this.#wanted.set(layout, places);
    }
    return places;
  }

  /**
   * A minute or step of a tier that lies within one step as a whole.
   * @throws AnswerTooLargeError
   */
  addRollups({ start, layout, packed }: TimedRollups): void {
    const at = this.#stepAt(start);
    eachRollup(packed, layout.series.length, this.wanted(layout), ({ min, max, sum, count }, place) => {
      if (count === 0) return;
      const series = layout.series[place]!;
      const { scale } = series;
      this.#of(series).add(at, min / scale, max / scale, sum / scale, count);
    });
  }

  /** @throws AnswerTooLargeError */
  addColumns({ layout, times, columns }: MinuteColumns): void {
    const places = times.map((t) => this.#stepAt(t));
    for (const place of this.wanted(layout)) {
      const series = layout.series[place]!;
      const stepped = this.#of(series);
      columns[place]!.forEach((step, row) => {
        const at = places[row]!;
        if (Number.isNaN(step) || at < 0 || at >= this.steps.count) return;
        const value = step / series.scale;
        stepped.add(at, value, value, value, 1);
      });
    }
  }

  /** In the order in which they were asked for, instances by name. */
  series(): HistorySeries[] {
    const asked = ({ key, metric }: StoredSeries) =>
      this.metrics.findIndex((wanted) => wanted === key || wanted === metric);
    return [...this.#series.values()]
      .sort((a, b) => asked(a.of) - asked(b.of) || (a.of.key < b.of.key ? -1 : 1))
      .map(({ of, stepped }) => ({
        metric: of.metric,
        ...(of.instance !== undefined && { instance: of.instance }),
        ...stepped.values(),
      }));
  }

  #wants({ key, metric }: StoredSeries): boolean {
    return this.metrics.includes(key) || this.metrics.includes(metric);
  }

  #stepAt(t: number): number {
    return Math.floor((t - this.steps.from) / this.steps.step);
  }

  #of(series: StoredSeries): SteppedSeries {
    let known = this.#series.get(series.key);
    if (known === undefined) {
      if ((this.#series.size + 1) * this.steps.count > HISTORY_LIMITS.answerSteps)
        throw new AnswerTooLargeError();
      known = { of: series, stepped: new SteppedSeries(this.steps.count, series.scale) };
      this.#series.set(series.key, known);
    }
    return known.stepped;
  }
}
