import type { MemoryReading } from '@tocsin/shared';

export type Meminfo = Required<Omit<MemoryReading, 'usage' | 'limited'>>;

/** Reads `/proc/meminfo` into bytes. @throws when it does not say how much memory there is */
export function parseMeminfo(meminfo: string): Meminfo {
  const lines = `\n${meminfo}`;
  const bytes = (name: string) => (kilobytes(lines, name) ?? 0) * 1024;

  const total = bytes('MemTotal');
  if (total === 0) throw new Error('/proc/meminfo does not say how much memory there is');
  // Kernels before 3.14 and some containers do not estimate what is available.
  const estimate = kilobytes(lines, 'MemAvailable');
  const available = Math.min(
    total,
    estimate === undefined ? bytes('MemFree') + bytes('Buffers') + bytes('Cached') : estimate * 1024,
  );
  const swapTotal = bytes('SwapTotal');
  return {
    total,
    used: total - available,
    available,
    // What programs share in memory counts as cached, although no disk holds a copy of it.
    caches: Math.max(0, bytes('Buffers') + bytes('Cached') + bytes('SReclaimable') - bytes('Shmem')),
    swapTotal,
    swapUsed: Math.max(0, swapTotal - bytes('SwapFree')),
  };
}

/** @param lines with a line end before each */
function kilobytes(lines: string, name: string): number | undefined {
  const line = `\n${name}:`;
  const at = lines.indexOf(line);
  const value = at < 0 ? NaN : parseInt(lines.slice(at + line.length, at + line.length + 24), 10);
  return Number.isNaN(value) ? undefined : value;
}
