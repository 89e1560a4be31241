import type { History } from '@tocsin/shared';
import type { ExportFormat } from './export-format.js';

export const STEP_COLUMNS = ['min', 'avg', 'max'] as const;

/** Writes the steps of an answer: in order of time, and at one time in the order of its series. */
export function* steppedLines({ from, step, series }: History, format: ExportFormat): Generator<string> {
  const writers = series.map((one) => ({ ...one, line: format.linesOf(one, STEP_COLUMNS) }));
  const count = series[0]?.avg.length ?? 0;
  for (let i = 0; i < count; i += 1) {
    const time = new Date(from + i * step).toISOString();
    for (const { min, avg, max, line } of writers) {
      if (avg[i] !== null) yield line(time, [min[i]!, avg[i]!, max[i]!]);
    }
  }
}
