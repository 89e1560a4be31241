import type { DiskReading, MemoryReading } from '../protocol/frame.js';
import { share } from './metric-group.js';

/** Share of memory in use in percent, caches left out; undefined where it was not measured. */
export const memoryUsage = ({ usage, used, total }: MemoryReading): number | undefined =>
  usage ?? share(used ?? NaN, total ?? 0);

/** Share of swap in use in percent; undefined on a host without swap. */
export const swapUsage = ({ swapUsed, swapTotal }: MemoryReading): number | undefined =>
  share(swapUsed ?? NaN, swapTotal ?? 0);

/** Share of a file system that is not available to users any more, in percent. */
export const diskUsage = ({ usage, used = NaN, available = NaN }: DiskReading): number | undefined =>
  usage ?? share(used, used + available);
