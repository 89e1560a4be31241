import type { MemoryReading } from '@tocsin/shared';
import type { Collected, Collector } from '../collector.js';
import { readAgain, type ReadText } from '../read-text.js';
import { findContainer, type Container, type ContainerMemory } from './container.js';
import { parseMeminfo, type Meminfo } from './meminfo.js';

/** A container that runs may be given another limit: looked for this often, in ms. */
const LOOK_AGAIN_MS = 60_000;

/** Limits that are higher than the memory of the host, and those that are none, bound nothing. */
const bounds = (container: ContainerMemory, host: Meminfo): boolean => container.limit < host.total;

/** What a container has of its host's memory. */
export function within(host: Meminfo, container: ContainerMemory): MemoryReading {
  if (!bounds(container, host)) return host;
  const total = container.limit;
  const used = Math.min(total, Math.max(0, container.used));
  const { swapTotal, swapUsed = 0 } = container;
  const swap = swapTotal === undefined ? undefined : Math.min(swapTotal, host.swapTotal);
  return {
    total,
    used,
    available: total - used,
    caches: Math.max(0, container.caches ?? 0),
    ...(swap !== undefined && { swapTotal: swap, swapUsed: Math.min(swap, swapUsed) }),
    limited: true,
  };
}

export class MemoryCollector implements Collector {
  readonly name = 'memory';
  #container: Container | undefined;
  #lookedAt = -Infinity;

  constructor(private readonly read: ReadText = readAgain) {}

  collect(now: number): Collected {
    const host = parseMeminfo(this.read('/proc/meminfo'));
    if (now - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#lookedAt = now;
      const container = findContainer(this.read);
      this.#container = container && bounds(container.read(), host) ? container : undefined;
    }
    return { ram: this.#container === undefined ? host : within(host, this.#container.read()) };
  }
}
