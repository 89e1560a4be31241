import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { METRICS, type Layout, type Retention, type Sample } from '@tocsin/shared';
import { Config } from '../src/config/config.js';
import { Leases } from '../src/database/leases.js';
import { ReadinessService } from '../src/health/readiness.service.js';
import type { HostsService } from '../src/hosts/hosts.service.js';
import { ApiException } from '../src/http/api-exception.js';
import { HistoryService } from '../src/samples/history.service.js';
import { RetentionService } from '../src/samples/retention/retention.service.js';
import { SamplesService } from '../src/samples/samples.service.js';
import { RollUpService } from '../src/samples/tiers/roll-up.service.js';
import type { TenantsService } from '../src/tenants/tenants.service.js';

export const TENANT = 'a'.repeat(24);
export const OTHER_TENANT = 'b'.repeat(24);
export const BOOT = '0123456789abcdef';
export const hostId = (n: number): string => n.toString(16).padStart(24, '0');

// What the specs provoke needs no line in their output.
Logger.overrideLogger(false);

/** Hosts as samples and history see them: who exists, whose it is, how often it reports. */
export function someHosts(count = 3, interval = 1_000) {
  const ids = new Set(Array.from({ length: count }, (_, n) => hostId(n)));
  const get = (id: string) =>
    ids.has(id) ? { id, name: 'web-1', tenantId: TENANT, facts: { interval } } : undefined;
  return {
    get,
    remove: (id: string) => ids.delete(id),
    of: (tenantId: string, id: string) => {
      const host = get(id);
      if (host?.tenantId !== tenantId) throw new ApiException(404, 'not_found', 'There is no such host.');
      return host;
    },
  };
}

/** The tenant keeps everything: the specs' times are long past. */
const FOR_EVER: Retention = { raw: 3650, '1m': 3650, '10m': 3650, '1h': 3650, '1d': 3650 };
const tenants = { all: async () => [{ id: TENANT, name: 'Test', retention: FOR_EVER }] };

/** One start of the part of the hub that keeps samples. It is started, and never stops by itself. */
export async function samplesOn(connection: Connection, hosts = someHosts()) {
  const known = hosts as unknown as HostsService;
  const readiness = new ReadinessService();
  const config = new Config({ dataDir: '/nowhere', journalIntervalMs: 1 << 30 });
  const samples = new SamplesService(connection, known, config, readiness);
  await samples.onModuleInit();
  await samples.replay(0);
  const retention = new RetentionService(tenants as unknown as TenantsService);
  await retention.refresh();
  const leases = new Leases(connection);
  const rollUps = new RollUpService(connection, leases, retention);
  await rollUps.onModuleInit();
  const history = new HistoryService(connection, known, samples, retention);
  return { samples, leases, rollUps, retention, history, readiness, hosts };
}

const layouts = new Map<string, Layout>();

/** A sample of these series: `{ 'cpu.usage': 12, 'disk.usage:/': 80 }`. */
export function sampleOf(values: Record<string, number>): Sample {
  const name = Object.keys(values).join('\n');
  let layout = layouts.get(name);
  if (layout === undefined) {
    layout = {
      series: Object.keys(values).map((key) => {
        const [metricId, ...instance] = key.split(':');
        return {
          key,
          metric: METRICS.get(metricId!)!,
          ...(instance.length > 0 && { instance: instance.join(':') }),
        };
      }),
    };
    layouts.set(name, layout);
  }
  return { layout, values: Object.values(values) };
}

/** A frame of host 0 unless said otherwise. */
export const frameOf = (
  seq: number,
  t: number,
  values: Record<string, number> = { 'cpu.usage': seq % 100 },
) => ({
  tenantId: TENANT,
  hostId: hostId(0),
  bootId: BOOT,
  seq,
  t,
  sample: sampleOf(values),
});
