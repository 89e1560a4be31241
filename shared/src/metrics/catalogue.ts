import { MACHINE_METRICS } from './machine-metrics.js';
import type { Metric, MetricGroup } from './metric-group.js';
import { SOFTWARE_METRICS } from './software-metrics.js';

/** In the order in which a frame is read. Each group is checked against its own part's type where it is described. */
export const METRIC_GROUPS = [...MACHINE_METRICS, ...SOFTWARE_METRICS] as unknown as readonly MetricGroup[];

/** Made by the hub itself, never sent by an agent. */
export const HOST_LOST: Metric = {
  id: 'host.lost',
  label: 'Host lost',
  help: '1 while the hub hears nothing from the host, else 0. A planned stop counts as 0.',
  unit: 'count',
  resolution: 1,
};

/** Of an incident about the hub's own network: how many hosts vanished at once. No rule is about it. */
export const HUB_NETWORK = 'hub.network';

/** Every metric by its id. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...METRIC_GROUPS.flatMap((g) => g.metrics.map((m) => m.metric)), HOST_LOST].map((m) => [m.id, m]),
);
