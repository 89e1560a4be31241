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

/** Why this process is being stopped. A host without systemd cannot tell, and then it is a restart. */
export async function readStopReason(busPath = SYSTEM_BUS): Promise<ByeReason> {
  if (!existsSync(busPath)) return 'restart';
  try {
    const bus = await BusConnection.open(busPath);
    const [jobs] = await bus
      .call({
        destination: 'org.freedesktop.systemd1',
        path: '/org/freedesktop/systemd1',
        interface: 'org.freedesktop.systemd1.Manager',
        member: 'ListJobs',
      })
      .finally(() => bus.close());
    return reasonFromJobs(jobs as Jobs);
  } catch {
    return 'restart';
  }
}
