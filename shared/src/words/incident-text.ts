import type { Incident } from '../alerting/incident.js';
import { METRICS } from '../metrics/catalogue.js';
import { conditionSubject, conditionValue } from './condition-text.js';

const SIGNS: Record<string, string> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠' };

const valueOf = ({ metric, condition }: Incident, value: number): string =>
  conditionValue(metric, value, condition);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Metrics that say yes or no: their numbers mean nothing to people. */
const SAID: Record<string, (instance: string) => { open: string; resolved: string }> = {
  'host.lost': () => ({
    open: 'Nothing is heard from the host',
    resolved: 'Nothing was heard from the host',
  }),
  'hub.network': () => ({
    open: 'At least half of the hosts are gone: the hub’s own network, or something that they share',
    resolved: 'At least half of the hosts were gone: the hub’s own network, or something that they share',
  }),
  'container.healthy': (name) => ({ open: `${name} is not healthy`, resolved: `${name} was not healthy` }),
  'container.running': (name) => ({ open: `${name} does not run`, resolved: `${name} did not run` }),
  'sshSource.breaches': (address) => ({
    open: `Somebody logged in from ${address}, after failing there many times`,
    resolved: `Somebody logged in from ${address}, after failing there many times`,
  }),
  'service.active': (name) => ({ open: `${name} is not active`, resolved: `${name} was not active` }),
};

/** What is wrong, in one line: `Disk /var at 93 % (fires at ≥ 90 %)`. */
export function describeIncident(incident: Incident): string {
  const { condition, metric, instance, status } = incident;
  if (condition?.kind === 'absent') {
    return `${describeSeries(metric, instance)} ${status === 'open' ? 'is' : 'was'} missing from the reports`;
  }
  const said = condition ? undefined : SAID[incident.metric]?.(incident.instance ?? 'one of them');
  return said === undefined ? describeValues(incident) : said[incident.status];
}

/** A metric and which one of it: `Disk /var`, `Failed SSH logins of 192.0.2.7`. */
function describeSeries(metric: string, instance?: string): string {
  const label = METRICS.get(metric)?.label ?? metric;
  if (instance === undefined) return label;
  return label.endsWith(' of an address') ? label.replace('an address', instance) : `${label} ${instance}`;
}

function describeValues(incident: Incident): string {
  const { metric, instance, condition, comparison, firesAt, lastValue, worstValue, status } = incident;
  const series = describeSeries(metric, instance);
  const what = condition === undefined ? series : capital(conditionSubject(series, condition));
  const bound = `${SIGNS[comparison] ?? comparison} ${valueOf(incident, firesAt)}`;
  const worst = valueOf(incident, worstValue);
  if (status === 'resolved') return `${what} was at ${worst} at worst (fires at ${bound})`;
  const last = valueOf(incident, lastValue);
  return `${what} at ${last}${worst === last ? '' : `, ${worst} at worst`} (fires at ${bound})`;
}
