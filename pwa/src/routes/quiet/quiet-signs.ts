import type { SilenceState } from '@tocsin/shared';
import type { Sign } from '../../lib/components/status.js';

export const SILENCE_SIGNS: Record<SilenceState, Sign> = {
  active: { text: 'Active', icon: 'mute', tone: 'away' },
  scheduled: { text: 'Scheduled', icon: 'clock', tone: 'info' },
  expired: { text: 'Over', icon: 'check', tone: 'info' },
};

export const WINDOW_SIGNS: Record<'on' | 'planned' | 'over', Sign> = {
  on: { text: 'On', icon: 'wrench', tone: 'away' },
  planned: { text: 'Planned', icon: 'clock', tone: 'info' },
  over: { text: 'Over', icon: 'check', tone: 'info' },
};
