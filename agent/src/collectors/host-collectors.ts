import { statfs } from 'node:fs/promises';
import type { Settings } from '../config/options.js';
import type { Logger } from '../logging/logger.js';
import type { Collector, Watched } from './collector.js';
import { ContainersCollector, enginesOf } from './containers/containers.js';
import { CpuCollector } from './cpu.js';
import { DiskCollector } from './disk/disk.js';
import { belowRoot } from './disk/host-root.js';
import { MemoryCollector } from './memory/memory.js';
import { NetworkCollector } from './network/network.js';
import { PressureCollector } from './pressure.js';
import { readAgain } from './read-text.js';
import { ServicesCollector } from './services/services.js';
import { SshCollector } from './ssh/ssh.js';
import { SystemCollector } from './system/system.js';
import { TemperatureCollector } from './temperature/temperature.js';

/** What is settled at the start of the agent. */
type Settled = Pick<Settings, 'ssh' | 'hostRoot' | 'stateDir' | 'dockerSocket'>;

/** Everything that is measured on a real host. A new collector is a new line here. */
export const hostCollectors = (
  watched: Watched,
  { ssh, hostRoot, stateDir, dockerSocket }: Settled,
  log: Pick<Logger, 'info'>,
): Collector[] => [
  new CpuCollector(),
  new PressureCollector(),
  new MemoryCollector(),
  diskCollector(watched, hostRoot),
  new NetworkCollector({ include: watched.includeInterfaces, exclude: watched.excludeInterfaces }),
  new TemperatureCollector(),
  new SystemCollector(),
  new ServicesCollector(watched.services),
  new ContainersCollector(enginesOf(dockerSocket), { onHint: (line) => log.info(line) }),
  ...(ssh ? [new SshCollector({ stateDir })] : []),
];

function diskCollector({ includeDisks, excludeDisks }: Watched, hostRoot?: string): DiskCollector {
  const selection = { include: includeDisks, exclude: excludeDisks };
  if (hostRoot === undefined || hostRoot === '/') return new DiskCollector(selection);
  const { read, ask } = belowRoot(hostRoot, readAgain, statfs);
  return new DiskCollector(selection, read, ask);
}
