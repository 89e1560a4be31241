import { breaches, clears } from './condition.js';
import type { RuleSettings } from './rule.js';

/** What decides about an alert; the rest of a rule says where it looks and what it is called. */
export type Criterion = Pick<
  RuleSettings,
  'comparison' | 'firesAt' | 'clearsAt' | 'forSeconds' | 'keepFiringSeconds'
>;

/** The condition holds, but not yet for as long as the rule asks. */
export interface Pending {
  phase: 'pending';
  /** UTC ms of the first breaching value. */
  since: number;
  /** UTC ms of the newest value. */
  seen: number;
  /** How long the condition was seen to hold, in ms. */
  heldMs: number;
  worst: number;
}

export interface Firing {
  phase: 'firing';
  since: number;
  openedAt: number;
  seen: number;
  opened: number;
  worst: number;
  last: number;
  /** How long the value was seen to be clear, in ms; absent while it is not clear. */
  clearMs?: number;
  /** How long the host reported without this series, in ms; absent while it is reported. */
  absentMs?: number;
}

/** State of one rule for one series of one host: plain data, never changed in place. */
export type AlertState = { phase: 'ok' } | Pending | Firing;

export const OK: AlertState = Object.freeze({ phase: 'ok' });

/** What is new about a series, and when. All times are the hub's. */
export interface Reading {
  /** Left out: the host reported, but not this series. */
  value?: number;
  /** UTC ms at which the hub received it. */
  now: number;
  /** Longest silence in ms that still counts as unbroken; what happened in a longer one nobody knows. */
  patienceMs: number;
}

/** After this long without the series, an incident about it is over: unmounted, removed, not watched. */
export const GONE_AFTER_MS = 10 * 60_000;

/**
 * The next state. The same object comes back when nothing changed, so a quiet series costs one comparison.
 *
 * Durations are added up from reading to reading instead of taken from the first and the last time: a
 * clock that is set back adds nothing, and one that leaps ahead, like a silence, is not taken for time in
 * which the condition held.
 */
export function advance(rule: Criterion, state: AlertState, reading: Reading): AlertState {
  const { value } = reading;
  if (state.phase === 'firing') {
    return value === undefined ? absent(state, reading) : keepOrResolve(rule, state, value, reading);
  }
  if (value === undefined) return state;
  return breaches(rule, value) ? hold(rule, state, value, reading) : OK;
}

/** A firing state as an incident remembers it, for instance after a restart of the hub. */
export function resume(incident: {
  since: number;
  openedAt: number;
  openedValue: number;
  worstValue: number;
  lastValue: number;
}): Firing {
  return {
    phase: 'firing',
    since: incident.since,
    openedAt: incident.openedAt,
    seen: incident.openedAt,
    opened: incident.openedValue,
    worst: incident.worstValue,
    last: incident.lastValue,
  };
}

/** Time since the state's last reading that counts, in ms; undefined after too long a silence. */
function elapsed(seen: number, { now, patienceMs }: Reading): number | undefined {
  const gap = now - seen;
  return gap > patienceMs ? undefined : Math.max(0, gap);
}

function hold(
  rule: Criterion,
  state: Exclude<AlertState, Firing>,
  value: number,
  reading: Reading,
): AlertState {
  const { now } = reading;
  const more = state.phase === 'pending' ? elapsed(state.seen, reading) : undefined;
  const pending: Pending =
    state.phase === 'pending' && more !== undefined
      ? {
          phase: 'pending',
          since: Math.min(state.since, now),
          seen: now,
          heldMs: state.heldMs + more,
          worst: worse(rule, state.worst, value),
        }
      : { phase: 'pending', since: now, seen: now, heldMs: 0, worst: value };
  if (pending.heldMs < rule.forSeconds * 1000) return pending;
  const { since, worst } = pending;
  return { phase: 'firing', since, openedAt: now, seen: now, opened: value, worst, last: value };
}

function keepOrResolve(rule: Criterion, state: Firing, value: number, reading: Reading): AlertState {
  const clear = clears(rule, value);
  const clearMs = state.clearMs === undefined ? 0 : state.clearMs + (elapsed(state.seen, reading) ?? 0);
  if (clear && clearMs >= rule.keepFiringSeconds * 1000) return OK;
  return {
    phase: 'firing',
    since: state.since,
    openedAt: state.openedAt,
    seen: reading.now,
    opened: state.opened,
    worst: worse(rule, state.worst, value),
    last: value,
    ...(clear && { clearMs }),
  };
}

function absent(state: Firing, reading: Reading): AlertState {
  const absentMs = state.absentMs === undefined ? 0 : state.absentMs + (elapsed(state.seen, reading) ?? 0);
  return absentMs >= GONE_AFTER_MS ? OK : { ...state, seen: reading.now, absentMs };
}

function worse({ comparison }: Criterion, a: number, b: number): number {
  switch (comparison) {
    case '>':
    case '>=':
      return Math.max(a, b);
    case '<':
    case '<=':
      return Math.min(a, b);
    case '==':
    case '!=':
      return b;
  }
}
