import { type HostState, reportInterval } from '@tocsin/shared';

/** The hub calls a host stale after three intervals without a frame, but not before this long. */
const WATCHDOG_MS = 3_000;

/**
 * When the hub last heard of a host that it does not hear now, UTC ms. The newest frame says so by the
 * host's own clock, which may be wrong; the hub's watchdog bounds how wrong it can be.
 */
export function lastHeardOf(host: HostState): number {
  const { presence, summary } = host;
  if (summary === undefined) return presence.since;
  const watchdog = Math.max(3 * (reportInterval(host) ?? 0), WATCHDOG_MS);
  return Math.min(presence.since, Math.max(summary.t, presence.since - watchdog));
}
