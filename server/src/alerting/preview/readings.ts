import type { History, HistorySeries, Reading } from '@tocsin/shared';

/** As frames may be apart while they come; see the evaluation. */
const PATIENCE_STEPS = 3;
const PATIENCE_AT_LEAST_MS = 3_000;

/**
 * The steps of a series as readings of the engine, each at its end. A step in which the host reported, but not
 * this series, is a reading without a value; one in which it did not report is none.
 */
export function* readingsOf(
  { from, step }: Pick<History, 'from' | 'step'>,
  series: Pick<HistorySeries, 'avg'>,
  reported: (at: number) => boolean,
): Generator<Reading> {
  const patienceMs = Math.max(PATIENCE_AT_LEAST_MS, PATIENCE_STEPS * step);
  for (const [i, value] of series.avg.entries()) {
    const now = from + (i + 1) * step;
    if (value !== null) yield { value, now, patienceMs };
    else if (reported(i)) yield { now, patienceMs };
  }
}
