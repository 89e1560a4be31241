/**
 * `online`: frames arrive. `stale`: the connection lives but frames stopped. `lost`: the connection is
 * gone, or silent for long. `stopped`: the agent said goodbye. `never`: added, but not seen yet.
 */
export const PRESENCE_STATUSES = ['online', 'stale', 'lost', 'stopped', 'never'] as const;
export type PresenceStatus = (typeof PRESENCE_STATUSES)[number];

export interface Presence {
  status: PresenceStatus;
  /** UTC ms since when. */
  since: number;
  /** In plain words, for instance `connection closed` or `reboot`. */
  reason?: string;
}
