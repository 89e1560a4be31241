import type { NotificationState } from '@tocsin/shared';

/** So long, in ms, nothing gets through before somebody else is told: a fault of a moment is no reason. */
export const FALLBACK_AFTER_MS = 60_000;

export interface Progress {
  state: NotificationState;
  /** UTC ms. */
  dueAt: number;
}

/** How far a notification is, by its deliveries, and whether it is time to tell somebody else. */
export function settledState(
  deliveries: readonly Progress[],
  now: number,
): { state: NotificationState; fallBack: boolean } {
  const are = (...states: NotificationState[]) => deliveries.filter(({ state }) => states.includes(state));
  if (are('sent').length > 0) return { state: 'sent', fallBack: false };
  const waiting = are('waiting');
  const failed = are('failed').length > 0;
  if (waiting.length === 0) return { state: failed ? 'failed' : 'obsolete', fallBack: failed };
  // Tried or not: one that hangs, or wants to be left alone, reaches nobody either.
  const inVain = waiting.every(({ dueAt }) => now - dueAt >= FALLBACK_AFTER_MS);
  return { state: 'waiting', fallBack: inVain };
}
