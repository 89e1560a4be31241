import { fitsInMinute } from '../open-minutes.js';
import { identityOf, unionOf } from '../packing/minute-columns.js';
import type { Rollup } from '../packing/rollup.js';
import { layoutOf, type StoredLayout } from '../packing/stored-layout.js';

/** What is left of all series of a host in a span of time: `rollups[i]` belongs to `layout.series[i]`. */
export interface SpanRollups {
  readonly layout: StoredLayout;
  readonly rollups: readonly Rollup[];
}

export interface MergedRollups extends SpanRollups {
  /** Series that were left out because no document could have held them. */
  readonly leftOut: number;
}

/** The roll-ups of several spans as those of all of them together. The order of the parts changes nothing but the order of the series. */
export function mergeRollups(parts: readonly SpanRollups[]): MergedRollups {
  const { layout, leftOut } = withinBounds(unionOf(parts.map((part) => part.layout)));
  const rollups = layout.series.map((): Rollup => ({ min: Infinity, max: -Infinity, sum: 0, count: 0 }));
  const places = new Map(layout.series.map((series, i) => [identityOf(series), i]));
  for (const part of parts) {
    part.rollups.forEach((rollup, i) => {
      if (rollup.count === 0) return;
      const at = part.layout === layout ? i : places.get(identityOf(part.layout.series[i]!));
      if (at !== undefined) add(rollups[at]!, rollup);
    });
  }
  return { layout, rollups, leftOut };
}

function add(to: Rollup, { min, max, sum, count }: Rollup): void {
  if (min < to.min) to.min = min;
  if (max > to.max) to.max = max;
  to.sum += sum;
  to.count += count;
}

/**
 * A host may name other things in each minute of a day, more than a document can hold: those that were
 * named first stay. A roll-up takes less than one sample does.
 */
function withinBounds(layout: StoredLayout): { layout: StoredLayout; leftOut: number } {
  let nameBytes = 0;
  let series = 0;
  for (const { key } of layout.series) {
    nameBytes += Buffer.byteLength(JSON.stringify(key));
    if (!fitsInMinute({ series: series + 1, samples: 1, nameBytes })) break;
    series += 1;
  }
  const leftOut = layout.series.length - series;
  return { layout: leftOut === 0 ? layout : layoutOf(layout.series.slice(0, series)), leftOut };
}
