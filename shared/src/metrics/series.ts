import type { LiveFrame } from '../protocol/frame.js';
import { METRIC_GROUPS } from './catalogue.js';
import type { Metric } from './metric-group.js';

/** One line of values over time: a metric, and for which instance. */
export interface Series {
  key: string;
  metric: Metric;
  instance?: string;
}

/** Name of a series where a string is needed: `cpu.usage`, `disk.usage:/var`. */
export const seriesKey = (metricId: string, instance?: string): string =>
  instance === undefined ? metricId : `${metricId}:${instance}`;

/** The reverse of `seriesKey`; an instance may itself hold colons. */
export function parseSeriesKey(key: string): { metricId: string; instance?: string } {
  const colon = key.indexOf(':');
  return colon < 0 ? { metricId: key } : { metricId: key.slice(0, colon), instance: key.slice(colon + 1) };
}

/** Which series a host reports, in order. The same object is used as long as nothing changes. */
export interface Layout {
  readonly series: readonly Series[];
}

/** The numbers of one frame: `values[i]` belongs to `layout.series[i]`, in the metric's unit. */
export interface Sample {
  layout: Layout;
  values: number[];
}

/** A frame that names the same mount, interface or service twice. */
export class DuplicateSeriesError extends Error {
  constructor(readonly key: string) {
    super(`the frame holds ${key} twice`);
  }
}

/**
 * Turns the frames of one host into samples. A host reports the same series second after second, so the
 * layout of the last frame is kept and only compared, which costs no string building on the hot path.
 */
export class SeriesReader {
  #layout: { series: Series[] } = { series: [] };

  /** @throws DuplicateSeriesError */
  read(frame: LiveFrame): Sample {
    const values: number[] = [];
    let { series } = this.#layout;
    let changed = false;
    for (const { parts, name, metrics } of METRIC_GROUPS) {
      for (const part of parts(frame)) {
        const instance = name?.(part);
        for (const { metric, read } of metrics) {
          const value = read(part);
          if (value === undefined) continue;
          const at = values.push(value) - 1;
          const known = series[at];
          if (known !== undefined && known.metric === metric && known.instance === instance) continue;
          if (!changed) {
            series = series.slice(0, at);
            changed = true;
          }
          series[at] = {
            key: seriesKey(metric.id, instance),
            metric,
            ...(instance !== undefined && { instance }),
          };
        }
      }
    }
    if (changed) this.#layout = { series: unique(series) };
    else if (series.length !== values.length) this.#layout = { series: series.slice(0, values.length) };
    return { layout: this.#layout, values };
  }
}

function unique(series: Series[]): Series[] {
  const seen = new Set<string>();
  for (const { key } of series) {
    if (seen.has(key)) throw new DuplicateSeriesError(key);
    seen.add(key);
  }
  return series;
}
