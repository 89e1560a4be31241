import type { Consumption } from './usage.js';

/** What `GET /containers/ID/stats` answers, as far as it is used. */
interface Stats {
  read?: string;
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
  networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }> | null;
}

/**
 * Consumption on the engine's own clock.
 *
 * @throws when the engine does not say, as of a container that has ended
 */
export function parseStats(answer: unknown, ownNetwork: boolean): Consumption {
  const { read, cpu_stats, memory_stats, networks } = answer as Stats;
  const at = Date.parse(read ?? '');
  const cpu = cpu_stats?.cpu_usage?.total_usage;
  const usage = memory_stats?.usage;
  if (!(at > 0) || cpu === undefined || usage === undefined) throw new Error('the engine has no figures');
  const { inactive_file = 0, total_inactive_file = inactive_file } = memory_stats?.stats ?? {};
  const memory = Math.max(0, usage - total_inactive_file);
  if (!ownNetwork || !networks) return { at, cpu, memory };
  const total = (field: 'rx_bytes' | 'tx_bytes') =>
    Object.values(networks).reduce((sum, counters) => sum + (counters[field] ?? 0), 0);
  return { at, cpu, memory, in: total('rx_bytes'), out: total('tx_bytes') };
}
