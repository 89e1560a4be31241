import type { ContainerReading } from '@tocsin/shared';
import type { Sign } from './status.js';

/** What matters of a container's state and health, in one sign. */
export function containerSign({ state, health }: Pick<ContainerReading, 'state' | 'health'>): Sign {
  if (state === 'running') {
    if (health === 'unhealthy') return { text: 'unhealthy', icon: 'cross', tone: 'critical' };
    if (health === 'starting') return { text: 'starting', icon: 'clock', tone: 'info' };
    return { text: health ?? 'running', icon: 'check', tone: 'ok' };
  }
  if (state === 'restarting' || state === 'dead') return { text: state, icon: 'warning', tone: 'warning' };
  return { text: state, icon: 'pause', tone: 'away' };
}
