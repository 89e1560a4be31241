import { existsSync } from 'node:fs';
import type { ByeReason } from '@tocsin/shared';
import { BusConnection, SYSTEM_BUS } from '../dbus/connection.js';
import type { Value } from '../dbus/values.js';

/** systemd's jobs, as `ListJobs` gives them: number, unit, kind, state, … */
type Jobs = Value[][];

const ENDINGS: [target: string, reason: ByeReason][] = [
  ['reboot.target', 'reboot'],
  ['kexec.target', 'reboot'],
  ['soft-reboot.target', 'reboot'],
  ['poweroff.target', 'shutdown'],
  ['halt.target', 'shutdown'],
  ['shutdown.target', 'shutdown'],
];

/** Where the host is going by the jobs that systemd has queued; `restart`: only the agent is stopped. */
export function reasonFromJobs(jobs: Jobs): ByeReason {
  const starting = new Set(jobs.filter(([, , kind]) => kind === 'start').map(([, unit]) => unit));
  return ENDINGS.find(([target]) => starting.has(target))?.[1] ?? 'restart';
}

/**
 * Where to ask. While a host goes down the bus may be gone before the agent is told to stop, but systemd
 * itself answers root until the end.
 */
const WAYS: (() => Promise<BusConnection>)[] = [
  () => BusConnection.openPeer('/run/systemd/private'),
  () => BusConnection.open(SYSTEM_BUS),
];

/** The package puts this file there while it restarts the agent for another version. */
const UPGRADE_MARK = '/run/tocsin-agent-upgrade';

/** Why this process is being stopped. Where nobody can tell, the agent alone is taken to be. */
export async function readStopReason(ways = WAYS, upgradeMark = UPGRADE_MARK): Promise<ByeReason> {
  const reason = await hostsReason(ways);
  return reason === 'restart' && existsSync(upgradeMark) ? 'upgrade' : reason;
}

async function hostsReason(ways: typeof WAYS): Promise<ByeReason> {
  for (const open of ways) {
    try {
      return await askJobs(await open());
    } catch {
      // The next way may work; a host without systemd has none.
    }
  }
  return 'restart';
}

async function askJobs(systemd: BusConnection): Promise<ByeReason> {
  try {
    const [jobs] = await systemd.call({
      destination: 'org.freedesktop.systemd1',
      path: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      member: 'ListJobs',
    });
    return reasonFromJobs(jobs as Jobs);
  } finally {
    systemd.close();
  }
}
