import type { MemoryReading } from '@tocsin/shared';
import type { Collected, Collector } from '../collector.js';
import { readAgain, type ReadText } from '../read-text.js';
import { findControlGroup, type ControlGroup, type GroupMemory } from './control-group.js';
import { parseMeminfo, type Meminfo } from './meminfo.js';

/** A container that runs may be given another limit: looked for this often, in ms. */
const LOOK_AGAIN_MS = 60_000;

/** Limits that are higher than the memory of the host, and those that are none, bound nothing. */
const bounds = (group: GroupMemory, host: Meminfo): boolean => group.limit < host.total;

/** What a container has of its host's memory. */
export function within(host: Meminfo, group: GroupMemory): MemoryReading {
  if (!bounds(group, host)) return host;
  const total = group.limit;
  const used = Math.min(total, Math.max(0, group.used));
  const swapTotal = group.swapTotal === undefined ? undefined : Math.min(group.swapTotal, host.swapTotal);
  return {
    total,
    used,
    available: total - used,
    caches: Math.max(0, group.caches ?? 0),
    ...(swapTotal !== undefined && { swapTotal, swapUsed: Math.min(swapTotal, group.swapUsed ?? 0) }),
    limited: true,
  };
}

export class MemoryCollector implements Collector {
  readonly name = 'memory';
  #group: ControlGroup | undefined;
  #lookedAt = -Infinity;

  constructor(private readonly read: ReadText = readAgain) {}

  collect(now: number): Collected {
    const host = parseMeminfo(this.read('/proc/meminfo'));
    if (now - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#lookedAt = now;
      const group = findControlGroup(this.read);
      this.#group = group && bounds(group.read(), host) ? group : undefined;
    }
    return { ram: this.#group === undefined ? host : within(host, this.#group.read()) };
  }
}
