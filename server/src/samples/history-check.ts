import { HttpStatus } from '@nestjs/common';
import { HISTORY_LIMITS, type HistoryQuery, METRICS, parseSeriesKey } from '@tocsin/shared';
import { ApiException } from '../http/api-exception.js';

const DAY = 86_400_000;

/** What a schema cannot say of a query. @throws ApiException 400 that names the field */
export function checkHistoryQuery({ metric, from, to }: Pick<HistoryQuery, 'metric' | 'from' | 'to'>): void {
  if (to <= from) throw invalidQuery('/to', 'to must lie after from.');
  if (to - from > HISTORY_LIMITS.spanMs) {
    const days = HISTORY_LIMITS.spanMs / DAY;
    throw invalidQuery('/to', `At most ${days} days can be asked for at once. Let to be nearer to from.`);
  }
  metric.forEach((key, i) => {
    const { metricId } = parseSeriesKey(key);
    if (!METRICS.has(metricId)) throw invalidQuery(`/metric/${i}`, `There is no metric "${metricId}".`);
  });
}

export const invalidQuery = (field: string, message: string): ApiException =>
  new ApiException(HttpStatus.BAD_REQUEST, 'invalid', message, field);
