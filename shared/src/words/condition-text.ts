import type { Aggregate, RuleCondition } from '../alerting/rule-condition.js';
import { METRICS } from '../metrics/catalogue.js';
import { formatSpan } from './span.js';
import { formatValue } from './units.js';

const AGGREGATES: Record<Aggregate, string> = {
  avg: 'average',
  max: 'peak',
  p95: '95th percentile',
};

const windowOf = ({ windowSeconds = 0 }: RuleCondition): string => formatSpan(windowSeconds * 1000);

/** What of a series is compared: `average of CPU over 5 min`, `change of Disk / over 1 h`. */
export function conditionSubject(series: string, condition?: RuleCondition): string {
  switch (condition?.kind) {
    case 'aggregate':
      return `${AGGREGATES[condition.aggregate ?? 'avg']} of ${series} over ${windowOf(condition)}`;
    case 'rate':
      return `change of ${series} over ${windowOf(condition)}`;
    case 'forecast':
      return `forecast of ${series} for ${formatSpan((condition.withinHours ?? 0) * 3_600_000)}`;
    case 'absent':
    case undefined:
      return series;
  }
}

/** What is compared, with its unit: a percentage may change by more than a hundred, and downwards. */
export function conditionValue(metricId: string, value: number, condition?: RuleCondition): string {
  const unit = METRICS.get(metricId)?.unit ?? 'count';
  if (condition?.kind !== 'rate') return formatValue(unit, value);
  const amount = Math.abs(value);
  const text = unit === 'percent' ? `${Number(amount.toFixed(2))} %` : formatValue(unit, amount);
  return `${value < 0 ? '−' : ''}${text} per ${condition.per ?? 'second'}`;
}
