import { parseSeriesKey, seriesKey, type Layout } from '@tocsin/shared';
import { RecentValues } from './recent-values.js';

/** A series as it is stored: with the step its values are multiples of, in the metric's unit. */
export interface StoredSeries {
  readonly key: string;
  readonly metric: string;
  readonly instance?: string;
  readonly resolution: number;
  /** How many steps make one unit. */
  readonly scale: number;
  /** Names the object; an equal series that was made anew has another one. */
  readonly number: number;
}

/** Which series a stored sample has. One object stands for equal layouts of all hosts. */
export class StoredLayout {
  #text?: string;

  constructor(readonly series: readonly StoredSeries[]) {}

  /**
   * The layout in writing: series key and resolution by turns. It can be read without the catalogue. Only
   * made when it is needed, since a host that names something new with each frame has many layouts.
   */
  get text(): string {
    this.#text ??= JSON.stringify(this.series.flatMap((s) => [s.key, s.resolution]));
    return this.#text;
  }
}

// A host under attack has other series every few seconds, and so another layout: layouts share the objects
// of their series, and are told apart by the numbers of those, which takes a tenth of the memory of names.
// Both are bounded, because a host that names ever new things must not fill the memory.
const SERIES_KEPT = 50_000;
/** Series of all layouts that are kept together. */
const LAYOUTS_KEPT = 500_000;
/** Characters of the layouts that were read from MongoDB. */
const READ_KEPT = 8_000_000;

const pool = new RecentValues<string, StoredSeries>(SERIES_KEPT);
const byNumbers = new RecentValues<string, StoredLayout>(LAYOUTS_KEPT, ({ series }) => series.length + 1);
const byText = new RecentValues<string, StoredLayout>(READ_KEPT, ({ text }) => text.length + 1);
const byLayout = new WeakMap<Layout, StoredLayout>();
let numbers = 0;

// The reciprocal of 0.1 or 0.01 in doubles is a hair off the whole number that is meant.
const scaleOf = (resolution: number): number =>
  resolution < 1 ? Math.round(1 / resolution) : 1 / resolution;

export function storedSeries(metric: string, instance: string | undefined, resolution: number): StoredSeries {
  return pooled(seriesKey(metric, instance), metric, instance, resolution);
}

/** The one layout object of these series. */
export function layoutOf(series: readonly StoredSeries[]): StoredLayout {
  const name = nameOf(series);
  let layout = byNumbers.get(name);
  if (layout === undefined) byNumbers.set(name, (layout = new StoredLayout(series)));
  return layout;
}

/** The reverse of `StoredLayout.text`. */
export function readLayout(text: string): StoredLayout {
  let layout = byText.get(text);
  if (layout !== undefined) return layout;
  const parts = JSON.parse(text) as (string | number)[];
  const series: StoredSeries[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const { metricId, instance } = parseSeriesKey(String(parts[i]));
    series.push(storedSeries(metricId, instance, Number(parts[i + 1])));
  }
  byText.set(text, (layout = layoutOf(series)));
  return layout;
}

/** How samples of this layout are stored. Costs one look-up as long as a host's layout stays the same. */
export function storedLayoutOf(layout: Layout): StoredLayout {
  let stored = byLayout.get(layout);
  if (stored === undefined) {
    stored = layoutOf(
      layout.series.map(({ key, metric, instance }) => pooled(key, metric.id, instance, metric.resolution)),
    );
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

function pooled(key: string, metric: string, instance: string | undefined, resolution: number): StoredSeries {
  const known = pool.get(key);
  if (known?.resolution === resolution) return known;
  const series: StoredSeries = {
    key,
    metric,
    ...(instance !== undefined && { instance }),
    resolution,
    scale: scaleOf(resolution),
    number: (numbers += 1),
  };
  pool.set(key, series);
  return series;
}

function nameOf(series: readonly StoredSeries[]): string {
  let name = '';
  for (const { number } of series) name += `${number.toString(36)},`;
  return name;
}
