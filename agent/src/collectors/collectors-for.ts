import type { Settings } from '../config/options.js';
import type { Logger } from '../logging/logger.js';
import { SimulatedHost } from '../simulator/simulated-host.js';
import type { Collector } from './collector.js';
import { hostCollectors } from './host-collectors.js';

/** What measures this host, or one that is made up. */
export function collectorsFor(settings: Settings, log: Logger): Collector[] {
  if (!settings.simulate) return hostCollectors(settings);
  const host = new SimulatedHost();
  process.on('SIGUSR2', () => log.info(host.toggleSpike() ? 'a CPU spike begins' : 'the CPU spike ends'));
  return [host];
}
