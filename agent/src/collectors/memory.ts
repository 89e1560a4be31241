import type { MemoryReading } from '@tocsin/shared';
import type { Collected, Collector } from './collector.js';
import { readText, type ReadText } from './read-text.js';

/** Reads `/proc/meminfo` into bytes. @throws when it does not say how much memory there is */
export function parseMemory(meminfo: string): MemoryReading & { used: number; available: number } {
  const kilobytes = new Map<string, number>();
  for (const [, name, value] of meminfo.matchAll(/^(\w+):\s+(\d+)/gm)) kilobytes.set(name!, Number(value));
  const bytes = (name: string) => (kilobytes.get(name) ?? 0) * 1024;

  const total = bytes('MemTotal');
  if (total === 0) throw new Error('/proc/meminfo does not say how much memory there is');
  // Kernels before 3.14 and some containers do not estimate what is available.
  const estimate = kilobytes.has('MemAvailable')
    ? bytes('MemAvailable')
    : bytes('MemFree') + bytes('Buffers') + bytes('Cached');
  const available = Math.min(total, estimate);
  const swapTotal = bytes('SwapTotal');
  return {
    total,
    used: total - available,
    available,
    swapTotal,
    swapUsed: Math.max(0, swapTotal - bytes('SwapFree')),
  };
}

export class MemoryCollector implements Collector {
  readonly name = 'memory';

  constructor(private readonly read: ReadText = readText) {}

  collect(): Collected {
    return { ram: parseMemory(this.read('/proc/meminfo')) };
  }
}
