import type { Tier } from './tier.js';

/** A step is rolled up so long after its end, in ms, that its last minutes are written by then. */
const SETTLED_MS = 60_000;
/** Hosts' steps end all at once; their roll-ups are spread over this time, in ms. */
const SPREAD_MS = 120_000;
/** What comes late has so much time to be followed by more of it, in ms. */
const LATE_MS = 60_000;
/** The clocks of several hubs may differ by this much, in ms. */
const CLOCKS_MS = 30_000;

const spreadOf = (hostId: string): number => parseInt(hostId.slice(-4), 16) % SPREAD_MS;

/** When a step that is marked now is to be rolled up: never at once, so that the mark is known to stay a while. */
export const dueAt = ({ stepMs }: Tier, start: number, hostId: string, now: number): number =>
  Math.max(start + stepMs + SETTLED_MS + spreadOf(hostId), now + LATE_MS);

/** Whether a mark with this time is there for certain: no hub has begun to roll up its step. */
export const stillThere = (due: number | undefined, now: number): boolean =>
  due !== undefined && now + CLOCKS_MS <= due;
