import { type Incident, METRICS } from '@tocsin/shared';
import type { Message } from '../channel-sender.js';

/** What stands for "not yet" in it. */
const NO_END = '0001-01-01T00:00:00Z';

/**
 * A message in the form of Alertmanager's webhook, version 4, so that what is made for that takes ours. Source:
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function alertmanagerBody({ state, title, lines, items, url }: Message) {
  const alerts = items.map(({ incident }) => alertOf(incident, url));
  return {
    version: '4',
    groupKey: `{}:{id="${items.map(({ incident }) => incident.id).join(',')}"}`,
    truncatedAlerts: 0,
    status: state === 'resolved' ? 'resolved' : 'firing',
    receiver: 'tocsin',
    groupLabels: {},
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: { summary: title, description: lines.join('\n') },
    externalURL: new URL(url).origin,
    alerts,
  };
}

function alertOf(incident: Incident, url: string) {
  const { id, ruleName, hostName, hostId, metric, instance, severity, status, since, resolvedAt } = incident;
  return {
    status: status === 'resolved' ? 'resolved' : 'firing',
    labels: {
      ...{ alertname: ruleName, instance: hostName, host_id: hostId, metric, severity },
      ...(instance !== undefined && { [METRICS.get(metric)?.instance ?? 'of']: instance }),
    },
    annotations: { value: String(incident.lastValue) },
    startsAt: new Date(since).toISOString(),
    endsAt: resolvedAt === undefined ? NO_END : new Date(resolvedAt).toISOString(),
    generatorURL: url,
    fingerprint: id,
  };
}

/** What all of them have alike. */
function common(all: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
  );
}
