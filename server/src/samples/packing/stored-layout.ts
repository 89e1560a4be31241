import { parseSeriesKey, seriesKey, type Layout } from '@tocsin/shared';

/** A series as it is stored: with the step its values are multiples of, in the metric's unit. */
export interface StoredSeries {
  readonly key: string;
  readonly metric: string;
  readonly instance?: string;
  readonly resolution: number;
  /** How many steps make one unit. */
  readonly scale: number;
}

/** Which series a stored sample has. One object stands for equal layouts of all hosts. */
export interface StoredLayout {
  readonly series: readonly StoredSeries[];
  /** The layout in writing: series key and resolution by turns. It can be read without the catalogue. */
  readonly text: string;
}

/** A host that renames its mounts all the time must not fill the memory: characters of all layouts kept. */
const REMEMBERED = 16_000_000;
let remembered = 0;
const byText = new Map<string, StoredLayout>();
const byLayout = new WeakMap<Layout, StoredLayout>();

// The reciprocal of 0.1 or 0.01 in doubles is a hair off the whole number that is meant.
const scaleOf = (resolution: number): number =>
  resolution < 1 ? Math.round(1 / resolution) : 1 / resolution;

export function storedSeries(metric: string, instance: string | undefined, resolution: number): StoredSeries {
  const key = seriesKey(metric, instance);
  return { key, metric, ...(instance !== undefined && { instance }), resolution, scale: scaleOf(resolution) };
}

/** The one layout object of these series. */
export function layoutOf(series: readonly StoredSeries[]): StoredLayout {
  const text = JSON.stringify(series.flatMap((s) => [s.key, s.resolution]));
  return byText.get(text) ?? remember({ series, text });
}

/** The reverse of `StoredLayout.text`. */
export function readLayout(text: string): StoredLayout {
  const known = byText.get(text);
  if (known !== undefined) return known;
  const parts = JSON.parse(text) as (string | number)[];
  const series: StoredSeries[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const { metricId, instance } = parseSeriesKey(String(parts[i]));
    series.push(storedSeries(metricId, instance, Number(parts[i + 1])));
  }
  return remember({ series, text });
}

/** How samples of this layout are stored. Costs one look-up as long as a host's layout stays the same. */
export function storedLayoutOf(layout: Layout): StoredLayout {
  let stored = byLayout.get(layout);
  if (stored === undefined) {
    stored = layoutOf(layout.series.map((s) => storedSeries(s.metric.id, s.instance, s.metric.resolution)));
    byLayout.set(layout, stored);
  }
  return stored;
}

/** Values in units become whole multiples of each series' resolution. */
export function quantise({ series }: StoredLayout, values: readonly number[]): number[] {
  const steps = new Array<number>(series.length);
  for (let i = 0; i < series.length; i += 1) steps[i] = Math.round(values[i]! * series[i]!.scale);
  return steps;
}

function remember(layout: StoredLayout): StoredLayout {
  remembered += layout.text.length;
  if (remembered > REMEMBERED) {
    byText.clear();
    remembered = layout.text.length;
  }
  byText.set(layout.text, layout);
  return layout;
}
