import { LIMITS } from '@tocsin/shared/limits';
import type { Units } from './auxiliary.js';
import type { ProcessTable } from './process-table.js';

/** A process that stands out. */
export interface Ranked {
  pid: number;
  name: string;
  /** Percent of all cores together. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

/**
 * The processes that spent the most between two readings, and those that hold the most now; the first of each
 * first, and none that spent or hold nothing.
 *
 * @param cores of the host
 */
export function rank(
  before: ProcessTable,
  after: ProcessTable,
  cores: number,
  units: Units,
): { byCpu: Ranked[]; byMemory: Ranked[] } {
  const available = ((after.at - before.at) / 1000) * units.ticks * cores;
  const all = [...after.processes].map(([pid, { name, ticks, started, pages }]) => {
    const known = before.processes.get(pid);
    // What was started since, perhaps under the id of one that has ended, spent all of its time since.
    const spent = known?.started === started ? ticks - known.ticks : ticks;
    const cpu = Math.min(100, Math.max(0, Math.round((spent / available) * 10_000) / 100));
    return { pid, name, cpu, memory: pages * units.page };
  });
  const most = (of: 'cpu' | 'memory') =>
    all
      .filter((process) => process[of] > 0)
      .sort((a, b) => b[of] - a[of] || a.pid - b.pid)
      .slice(0, LIMITS.processes);
  return { byCpu: most('cpu'), byMemory: most('memory') };
}
