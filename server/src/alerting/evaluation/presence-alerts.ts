import { HOST_LOST, type Layout, type Presence, type Sample } from '@tocsin/shared';
import type { HostAlerts } from './host-alerts.js';

const LAYOUT: Layout = { series: [{ key: HOST_LOST.id, metric: HOST_LOST }] };
const SILENT: Sample = { layout: LAYOUT, values: [1] };
const FINE: Sample = { layout: LAYOUT, values: [0] };

/**
 * `host.lost` of one host, which the hub makes itself. A host that is stale counts as lost for rules, but
 * not after a restart of the hub, when every host is stale until it is back.
 */
export class PresenceAlerts {
  #sample?: Sample;

  constructor(readonly alerts: HostAlerts) {}

  /** What is known of the host; undefined as long as nothing is. */
  get sample(): Sample | undefined {
    return this.#sample;
  }

  changed({ status }: Presence): void {
    if (status === 'stale') this.#sample &&= SILENT;
    else this.#sample = status === 'lost' ? SILENT : FINE;
  }
}
