import type { MinuteColumns } from '../packing/minute-columns.js';
import type { StoredLayout } from '../packing/stored-layout.js';
import type { ExportFormat, LineWriter } from './export-format.js';

export const RAW_COLUMNS = ['value'] as const;

interface WantedSeries {
  place: number;
  scale: number;
  line: LineWriter;
}

/** Writes the samples of minutes: in order of time, and at one time in the order of the metrics. */
export class RawLines {
  readonly #byLayout = new WeakMap<StoredLayout, { places: ReadonlySet<number>; series: WantedSeries[] }>();

  /** @param metrics series keys, or metric ids for all instances of a metric */
  constructor(
    private readonly metrics: readonly string[],
    private readonly format: ExportFormat,
  ) {}

  wanted(layout: StoredLayout): ReadonlySet<number> {
    return this.#of(layout).places;
  }

  /** Of the samples from `from` up to but not including `to`, in UTC ms. */
  *of({ layout, times, columns }: MinuteColumns, from: number, to: number): Generator<string> {
    const { series } = this.#of(layout);
    for (const [row, t] of times.entries()) {
      if (t < from || t >= to) continue;
      const time = new Date(t).toISOString();
      for (const { place, scale, line } of series) {
        const step = columns[place]![row]!;
        if (!Number.isNaN(step)) yield line(time, [step / scale]);
      }
    }
  }

  #of(layout: StoredLayout) {
    let known = this.#byLayout.get(layout);
    if (known === undefined) {
      const found = layout.series.flatMap(({ key, metric, instance, scale }, place) => {
        const asked = this.metrics.findIndex((wanted) => wanted === key || wanted === metric);
        const line = this.format.linesOf({ metric, instance }, RAW_COLUMNS);
        return asked < 0 ? [] : [{ asked, key, place, scale, line }];
      });
      found.sort((a, b) => a.asked - b.asked || (a.key < b.key ? -1 : 1));
      known = { places: new Set(found.map(({ place }) => place)), series: found };
      this.#byLayout.set(layout, known);
    }
    return known;
  }
}
