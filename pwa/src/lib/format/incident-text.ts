import { METRICS, type Incident } from '@tocsin/shared';
import { formatValue } from './units.js';

const SIGNS: Record<string, string> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠' };

const valueOf = ({ metric }: Incident, value: number): string =>
  formatValue(METRICS.get(metric)?.unit ?? 'count', value);

/** Metrics that say yes or no: their numbers mean nothing to people. */
const SAID: Record<string, (instance: string) => { open: string; resolved: string }> = {
  'host.lost': () => ({
    open: 'Nothing is heard from the host',
    resolved: 'Nothing was heard from the host',
  }),
  'service.active': (name) => ({ open: `${name} is not active`, resolved: `${name} was not active` }),
};

/** What is wrong, in one line: `Disk /var at 93 % (fires at ≥ 90 %)`. */
export function describeIncident(incident: Incident): string {
  const said = SAID[incident.metric]?.(incident.instance ?? 'a service');
  return said === undefined ? describeValues(incident) : said[incident.status];
}

function describeValues(incident: Incident): string {
  const { metric, instance, comparison, firesAt, lastValue, worstValue, status } = incident;
  const label = METRICS.get(metric)?.label ?? metric;
  const what = instance === undefined ? label : `${label} ${instance}`;
  const bound = `${SIGNS[comparison] ?? comparison} ${valueOf(incident, firesAt)}`;
  const worst = valueOf(incident, worstValue);
  if (status === 'resolved') return `${what} was at ${worst} at worst (fires at ${bound})`;
  const last = valueOf(incident, lastValue);
  return `${what} at ${last}${worst === last ? '' : `, ${worst} at worst`} (fires at ${bound})`;
}
