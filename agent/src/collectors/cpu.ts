import type { CpuReading } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { Collected, Collector } from './collector.js';
import { Columns } from './columns.js';
import { readAgain, type ReadText } from './read-text.js';

/** What a core, or all of them together, spent since the host was started, in ticks. */
export interface CpuTimes {
  user: number;
  system: number;
  idle: number;
  iowait: number;
  steal: number;
}

export interface AllTimes {
  all: CpuTimes;
  /** By the number of the core, with a gap for each that is offline. */
  cores: (CpuTimes | undefined)[];
}

/** Reads the first lines of `/proc/stat`. @throws when there is no line of all cores */
export function parseCpuTimes(stat: string): AllTimes {
  const columns = new Columns(stat);
  const all = columns.word() === 'cpu' ? readTimes(columns) : undefined;
  if (all === undefined) throw new Error('/proc/stat holds no line of all cores');
  const cores: AllTimes['cores'] = [];
  while (columns.nextLine()) {
    const name = columns.word();
    if (!name.startsWith('cpu')) break;
    const core = Number(name.slice('cpu'.length));
    if (core < LIMITS.cores) cores[core] = readTimes(columns);
  }
  return { all, cores };
}

function readTimes(columns: Columns): CpuTimes | undefined {
  const [user, nice] = [columns.number(), columns.number()];
  const [system, idle, iowait] = [columns.number(), columns.number(), columns.number()];
  const [irq, softirq, steal] = [columns.number(), columns.number(), columns.number()];
  if (Number.isNaN(idle)) return undefined;
  // The kernel counts guests in `user` already. Old kernels have fewer columns.
  return {
    user: user + nice,
    system: system + (irq || 0) + (softirq || 0),
    idle,
    iowait: iowait || 0,
    steal: steal || 0,
  };
}

/** Reads `/proc/loadavg`. @throws when it does not hold three numbers */
export function parseLoad(loadavg: string): Pick<CpuReading, 'load1' | 'load5' | 'load15'> {
  const [load1 = NaN, load5 = NaN, load15 = NaN] = loadavg.split(' ').map(Number);
  if (Number.isNaN(load1 + load5 + load15)) throw new Error('/proc/loadavg does not hold three averages');
  return { load1, load5, load15 };
}

/** Ticks between two readings. iowait may run backwards, and so does all when a core is taken out. */
function between(before: CpuTimes, after: CpuTimes): CpuTimes & { busy: number; total: number } {
  const user = Math.max(0, after.user - before.user);
  const system = Math.max(0, after.system - before.system);
  const steal = Math.max(0, after.steal - before.steal);
  const iowait = Math.max(0, after.iowait - before.iowait);
  const idle = Math.max(0, after.idle - before.idle);
  const busy = user + system + steal;
  return { user, system, steal, iowait, idle, busy, total: busy + iowait + idle };
}

/** Shares of the time between two readings in percent, or undefined when no tick has passed. */
export function cpuShares(before: CpuTimes, after: CpuTimes) {
  const { total, ...spent } = between(before, after);
  if (total === 0) return undefined;
  // Hundredths: ticks tell no more, and a frame stays short.
  const share = (ticks: number) => Math.round((ticks / total) * 10_000) / 100;
  return {
    usage: share(spent.busy),
    user: share(spent.user),
    system: share(spent.system),
    iowait: share(spent.iowait),
    steal: share(spent.steal),
  };
}

/** Share of each core that was busy, in tenths; 0 for one that was offline. */
export function coreUsages(before: AllTimes['cores'], after: AllTimes['cores']): number[] {
  return Array.from(after, (times, core) => {
    const earlier = before[core];
    if (times === undefined || earlier === undefined) return 0;
    const { busy, total } = between(earlier, times);
    return total === 0 ? 0 : Math.round((busy / total) * 1000) / 10;
  });
}

export class CpuCollector implements Collector {
  readonly name = 'cpu';
  #before: AllTimes | undefined;

  constructor(private readonly read: ReadText = readAgain) {}

  forLive(): CpuCollector {
    const live = new CpuCollector(this.read);
    live.#before = this.#before;
    return live;
  }

  collect(): Collected {
    const after = parseCpuTimes(this.read('/proc/stat'));
    const before = this.#before;
    this.#before = after;
    const shares = before && cpuShares(before.all, after.all);
    if (shares === undefined) return {};
    return {
      cpu: {
        ...shares,
        ...parseLoad(this.read('/proc/loadavg')),
        cores: coreUsages(before!.cores, after.cores),
      },
    };
  }
}
