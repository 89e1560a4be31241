import type { HoldKind, PresenceStatus, Severity } from '@tocsin/shared';
import type { IconName } from './icons.js';

/** A word, a sign and a colour, so that nobody depends on the colour. */
export interface Sign {
  text: string;
  icon: IconName;
  tone: 'ok' | 'warning' | 'critical' | 'info' | 'away';
}

export const PRESENCE_SIGNS: Record<PresenceStatus, Sign> = {
  online: { text: 'Online', icon: 'check', tone: 'ok' },
  stale: { text: 'Stale', icon: 'clock', tone: 'warning' },
  lost: { text: 'Lost', icon: 'unplug', tone: 'critical' },
  stopped: { text: 'Stopped', icon: 'pause', tone: 'away' },
  never: { text: 'Not seen yet', icon: 'circle', tone: 'info' },
};

export const SEVERITY_SIGNS: Record<Severity, Sign> = {
  critical: { text: 'Critical', icon: 'bell', tone: 'critical' },
  warning: { text: 'Warning', icon: 'warning', tone: 'warning' },
  info: { text: 'Info', icon: 'info', tone: 'info' },
};

/** Why nobody is told of an incident. */
export const HOLD_SIGNS: Record<HoldKind, Sign> = {
  silence: { text: 'Silenced', icon: 'mute', tone: 'away' },
  maintenance: { text: 'Maintenance', icon: 'wrench', tone: 'away' },
  snoozed: { text: 'Snoozed', icon: 'clock', tone: 'away' },
  inhibited: { text: 'Part of another incident', icon: 'pause', tone: 'away' },
  flapping: { text: 'Flapping', icon: 'pause', tone: 'away' },
};
