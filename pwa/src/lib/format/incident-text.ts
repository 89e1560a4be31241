import { METRICS, type Incident } from '@tocsin/shared';
import { formatValue } from './units.js';

const valueOf = ({ metric }: Incident, value: number): string =>
  formatValue(METRICS.get(metric)?.unit ?? 'count', value);

/** What is wrong, in one line: `Disk /var at 93 %, fires at ≥ 90 %`. */
export function describeIncident(incident: Incident): string {
  const { metric, instance, comparison, firesAt, lastValue, worstValue, status } = incident;
  const label = METRICS.get(metric)?.label ?? metric;
  const what = instance === undefined ? label : `${label} ${instance}`;
  const bound = `${SIGNS[comparison] ?? comparison} ${valueOf(incident, firesAt)}`;
  const worst = valueOf(incident, worstValue);
  if (status === 'resolved') return `${what} was at ${worst} at worst (fires at ${bound})`;
  const last = valueOf(incident, lastValue);
  return `${what} at ${last}${worst === last ? '' : `, ${worst} at worst`} (fires at ${bound})`;
}

const SIGNS: Record<string, string> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠' };
