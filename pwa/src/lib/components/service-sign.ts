import type { ServiceState } from '@tocsin/shared';
import type { Sign } from './status.js';

export const isHealthy = (state: ServiceState): boolean => state === 'active' || state === 'reloading';

export function serviceSign(state: ServiceState): Sign {
  if (isHealthy(state)) return { text: state, icon: 'check', tone: 'ok' };
  if (state === 'failed') return { text: state, icon: 'cross', tone: 'critical' };
  if (state === 'activating' || state === 'deactivating') return { text: state, icon: 'clock', tone: 'info' };
  return { text: state, icon: 'warning', tone: 'warning' };
}
