import type { Settings } from '../config/options.js';
import type { Collector } from './collector.js';
import { CpuCollector } from './cpu.js';
import { DiskCollector } from './disk/disk.js';
import { MemoryCollector } from './memory.js';
import { NetworkCollector } from './network/network.js';
import { ServicesCollector } from './services/services.js';

/** Everything that is measured on a real host. A new collector is a new line here. */
export const hostCollectors = (settings: Settings): Collector[] => [
  new CpuCollector(),
  new MemoryCollector(),
  new DiskCollector({ include: settings.includeDisks, exclude: settings.excludeDisks }),
  new NetworkCollector({ include: settings.includeInterfaces, exclude: settings.excludeInterfaces }),
  new ServicesCollector(settings.services),
];
