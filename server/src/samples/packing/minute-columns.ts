import type { StoredLayout, StoredSeries } from './stored-layout.js';
import { layoutOf } from './stored-layout.js';

/** One frame's numbers as they are stored. `steps[i]` are multiples of `layout.series[i].resolution`. */
export interface StoredSample {
  readonly bootId: string;
  readonly seq: number;
  /** UTC ms. */
  readonly t: number;
  readonly layout: StoredLayout;
  readonly steps: readonly number[];
}

/** The samples of a minute by columns. Row `i` is one sample; NaN stands where it lacked a series. */
export interface MinuteColumns {
  readonly layout: StoredLayout;
  readonly bootIds: readonly string[];
  readonly seqs: readonly number[];
  readonly times: readonly number[];
  /** By series of the layout, then by row. */
  readonly columns: readonly (readonly number[])[];
}

/** Rows in order of time; a sample that is there twice, by `bootId` and `seq`, is kept once. */
export function columnsOf(samples: readonly StoredSample[]): MinuteColumns {
  const rows = distinct(samples).sort(byTime);
  const layout = unionOf(rows.map((row) => row.layout));
  return {
    layout,
    bootIds: rows.map((row) => row.bootId),
    seqs: rows.map((row) => row.seq),
    times: rows.map((row) => row.t),
    columns: rows.every((row) => row.layout === layout)
      ? layout.series.map((_, i) => rows.map((row) => row.steps[i]!))
      : spread(layout, rows),
  };
}

/** The reverse of `columnsOf`. */
export function samplesOf({ layout, bootIds, seqs, times, columns }: MinuteColumns): StoredSample[] {
  return times.map((t, row) => {
    const present = layout.series.filter((_, i) => !Number.isNaN(columns[i]![row]));
    return {
      bootId: bootIds[row]!,
      seq: seqs[row]!,
      t,
      layout: present.length === layout.series.length ? layout : layoutOf(present),
      steps: columns.map((column) => column[row]!).filter((step) => !Number.isNaN(step)),
    };
  });
}

function distinct(samples: readonly StoredSample[]): StoredSample[] {
  const seqsOf = new Map<string, Set<number>>();
  return samples.filter(({ bootId, seq }) => {
    const seqs = seqsOf.get(bootId) ?? new Set();
    if (seqs.has(seq)) return false;
    seqsOf.set(bootId, seqs.add(seq));
    return true;
  });
}

const byTime = (a: StoredSample, b: StoredSample): number =>
  a.t - b.t || (a.bootId < b.bootId ? -1 : a.bootId > b.bootId ? 1 : a.seq - b.seq);

/** Every series of these layouts, in the order in which they first appear. */
export function unionOf(layouts: readonly StoredLayout[]): StoredLayout {
  const distinctLayouts = new Set(layouts);
  if (distinctLayouts.size === 1) return layouts[0]!;
  const series = new Map<string, StoredSeries>();
  for (const layout of distinctLayouts) {
    for (const one of layout.series) {
      if (!series.has(identityOf(one))) series.set(identityOf(one), one);
    }
  }
  return layoutOf([...series.values()]);
}

function spread(layout: StoredLayout, rows: readonly StoredSample[]): number[][] {
  const place = new Map(layout.series.map((series, i) => [identityOf(series), i]));
  const columns = layout.series.map(() => new Array<number>(rows.length).fill(NaN));
  rows.forEach((row, at) => {
    row.layout.series.forEach((series, i) => {
      columns[place.get(identityOf(series))!]![at] = row.steps[i]!;
    });
  });
  return columns;
}

/** After an upgrade that changed a resolution, one minute may hold a series in two of them. */
export const identityOf = ({ key, resolution }: StoredSeries): string => `${resolution} ${key}`;
