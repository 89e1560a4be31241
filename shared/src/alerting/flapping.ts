/** More openings than this within this time, in ms, and it flaps. */
export const FLAPS_ABOVE = 4;
export const FLAPS_WITHIN_MS = 10 * 60_000;
/** How long it has to stay put, open or resolved, until it counts as calm, in ms: twice as long after each relapse. */
export const CALM_MS = 10 * 60_000;
export const LONGEST_CALM_MS = 60 * 60_000;

/** How restless one series has been under one rule: plain data, never changed in place. Times are UTC ms. */
export interface Flapping {
  /** When it opened lately, oldest first: no more than are needed. */
  openings: readonly number[];
  /** When it opened or was resolved last. */
  movedAt: number;
  /** Since the opening that was one too many; left out as long as none was. */
  since?: number;
  /** How long it has to stay put, in ms. */
  calmMs: number;
}

const STEADY: Flapping = { openings: [], movedAt: -Infinity, calmMs: CALM_MS };

/** An incident of it opened. */
export function opened(before: Flapping | undefined, now: number): Flapping {
  const state = settled(before, now);
  const openings = [...state.openings.filter((at) => now - at < FLAPS_WITHIN_MS && at <= now), now];
  if (state.since !== undefined) return { ...state, openings: openings.slice(-FLAPS_ABOVE), movedAt: now };
  if (openings.length <= FLAPS_ABOVE) return { ...state, openings, movedAt: now };
  return { openings: openings.slice(-FLAPS_ABOVE), movedAt: now, since: now, calmMs: state.calmMs };
}

/** Its incident was resolved. */
export const closed = (before: Flapping | undefined, now: number): Flapping | undefined =>
  before && { ...settled(before, now), movedAt: now };

/**
 * Until when an incident of it is held back, if nothing moves until then; undefined when it is not. The one
 * that was too many is told: it says that it flaps.
 */
export function flappingUntil(
  state: Flapping | undefined,
  openedAt: number,
  now: number,
): number | undefined {
  if (state?.since === undefined || openedAt <= state.since) return undefined;
  const until = state.movedAt + state.calmMs;
  return now < until && now >= state.movedAt ? until : undefined;
}

/** Is there nothing to remember of it any more? */
export const isForgotten = ({ movedAt }: Flapping, now: number): boolean =>
  now - movedAt > 2 * LONGEST_CALM_MS || now < movedAt;

/** As it is once its calm is over. What flaps again within the longest calm has to be calm for twice as long. */
function settled(state: Flapping | undefined, now: number): Flapping {
  if (state === undefined || isForgotten(state, now)) return STEADY;
  const { since, movedAt, calmMs, openings } = state;
  if (since === undefined) {
    return now - movedAt > LONGEST_CALM_MS && calmMs > CALM_MS ? { ...state, calmMs: CALM_MS } : state;
  }
  if (now < movedAt + calmMs) return state;
  return { openings, movedAt, calmMs: Math.min(2 * calmMs, LONGEST_CALM_MS) };
}
