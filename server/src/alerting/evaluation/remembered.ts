import {
  type AlertState,
  type Firing,
  type Incident,
  OK,
  type Pending,
  resume,
  seriesKey,
  type WindowState,
} from '@tocsin/shared';
import type { Check } from './host-alerts.js';

/** What is remembered of a series over a restart of the hub, beside its open incident: plain data. */
export interface SavedCheck {
  ruleId: string;
  metric: string;
  instance?: string;
  /** Left out when there is no more to it than to its incident, if it has one. */
  state?: Pending | Firing;
  window?: WindowState;
}

/** All that is remembered of a host. */
export interface SavedHost {
  /** When it was so, in UTC ms. */
  at: number;
  checks: SavedCheck[];
}

/** A check that waits for a rule and a place in the sample. */
export type Unfinished = Omit<Check & { ruleId: string }, 'rule' | 'index'>;

type Series = Pick<SavedCheck, 'ruleId' | 'metric' | 'instance'>;

export const keyOf = ({ ruleId, metric, instance }: Series): string =>
  `${ruleId} ${seriesKey(metric, instance)}`;

/** A time is running: until it fires, or until it counts as clear or as gone. */
export const isUnderWay = (state: AlertState): state is Pending | Firing =>
  state.phase === 'pending' ||
  (state.phase === 'firing' && (state.clearMs !== undefined || state.absentMs !== undefined));

/** Is there something about it that values alone do not tell? That a series was there is all about one that may be absent. */
export const isRemembered = ({ state, window, rule }: Check): boolean =>
  isUnderWay(state) || window !== undefined || rule.condition?.kind === 'absent';

export const saved = ({ rule, metric, instance, state, window }: Check): SavedCheck => ({
  ruleId: rule.id,
  metric,
  ...(instance !== undefined && { instance }),
  ...(isUnderWay(state) && { state }),
  ...(window !== undefined && { window }),
});

/**
 * What an earlier start of the hub knew of a host, as if the hub had not been away: that time neither counts
 * as one in which a condition held, nor is it a break, since the host went on. Incidents have the last word
 * on what fires.
 */
export function takenUp(
  saved: SavedHost | undefined,
  incidents: readonly Incident[],
  now: number,
): Unfinished[] {
  const { at, checks } = saved ?? { at: now, checks: [] };
  const known = new Map(checks.map((one) => [keyOf(one), one]));
  const later = <T extends { seen: number }>(one: T): T => ({
    ...one,
    seen: now - Math.max(0, at - one.seen),
  });
  const firing = incidents.map((incident): Unfinished => {
    const { ruleId, metric, instance, id: incidentId } = incident;
    const { state, window } = known.get(keyOf(incident)) ?? {};
    known.delete(keyOf(incident));
    const before = resume(incident);
    const { seen, ...clearing } = state?.phase === 'firing' ? clearingOf(later(state)) : before;
    return {
      ...{ ruleId, metric, instance, incidentId },
      state: { ...before, ...clearing, seen },
      window: window && later(window),
    };
  });
  const others = Array.from(known.values(), ({ state, window, ...series }): Unfinished => ({
    ...series,
    state: state?.phase === 'pending' ? { ...later(state), since: Math.min(state.since, now) } : OK,
    window: window && later(window),
  }));
  return [...firing, ...others];
}

const clearingOf = ({ seen, clearMs, absentMs }: Firing): Pick<Firing, 'seen' | 'clearMs' | 'absentMs'> => ({
  seen,
  ...(clearMs !== undefined && { clearMs }),
  ...(absentMs !== undefined && { absentMs }),
});
