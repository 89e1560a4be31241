import type { CpuReading } from '@tocsin/shared';
import type { Collected, Collector } from './collector.js';
import { readText, type ReadText } from './read-text.js';

/** What all cores together spent since the host was started, in ticks. */
export interface CpuTimes {
  user: number;
  system: number;
  idle: number;
  iowait: number;
  steal: number;
}

/** Reads the first line of `/proc/stat`. @throws when it is not there */
export function parseCpuTimes(stat: string): CpuTimes {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  if (fields === undefined || fields.length < 4 || fields.some(Number.isNaN))
    throw new Error('/proc/stat holds no line of all cores');
  // The kernel counts guests in `user` already. Kernels before 2.6.11 have no steal column.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  return { user: user + nice, system: system + irq + softirq, idle, iowait, steal };
}

/** Reads `/proc/loadavg`. @throws when it does not hold three numbers */
export function parseLoad(loadavg: string): Pick<CpuReading, 'load1' | 'load5' | 'load15'> {
  const [load1 = NaN, load5 = NaN, load15 = NaN] = loadavg.split(' ').map(Number);
  if (Number.isNaN(load1 + load5 + load15)) throw new Error('/proc/loadavg does not hold three averages');
  return { load1, load5, load15 };
}

const KINDS = ['user', 'system', 'idle', 'iowait', 'steal'] as const;

/** Shares of the time between two readings in percent, or undefined when no tick has passed. */
export function cpuShares(before: CpuTimes, after: CpuTimes): Omit<CpuReading, `load${string}`> | undefined {
  const spent: CpuTimes = { user: 0, system: 0, idle: 0, iowait: 0, steal: 0 };
  let total = 0;
  for (const kind of KINDS) {
    // iowait may run backwards, and so does everything when a core is taken out.
    spent[kind] = Math.max(0, after[kind] - before[kind]);
    total += spent[kind];
  }
  if (total === 0) return undefined;
  // Hundredths: ticks tell no more, and a frame stays short.
  const share = (ticks: number) => Math.round((ticks / total) * 10_000) / 100;
  return {
    usage: share(spent.user + spent.system + spent.steal),
    user: share(spent.user),
    system: share(spent.system),
    iowait: share(spent.iowait),
    steal: share(spent.steal),
  };
}

export class CpuCollector implements Collector {
  readonly name = 'cpu';
  #before: CpuTimes | undefined;

  constructor(private readonly read: ReadText = readText) {}

  forLive(): CpuCollector {
    const live = new CpuCollector(this.read);
    live.#before = this.#before;
    return live;
  }

  collect(): Collected {
    const after = parseCpuTimes(this.read('/proc/stat'));
    const shares = this.#before && cpuShares(this.#before, after);
    this.#before = after;
    return shares === undefined ? {} : { cpu: { ...shares, ...parseLoad(this.read('/proc/loadavg')) } };
  }
}
