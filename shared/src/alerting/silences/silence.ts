import Type from 'typebox';
import type { Fault } from '../../validation.js';
import { matcherOf, Matchers, matchersFault, type Matchable } from './matchers.js';

const DAY = 86_400_000;

/** `live`: scheduled and active ones of a tenant. Times in ms. */
export const SILENCE_LIMITS = { live: 500, spanMs: 366 * DAY, keptMs: 90 * DAY, comment: 500 } as const;

const time = () => Type.Integer({ minimum: 0, maximum: 253_402_300_799_000 });

/** What a person may set about a silence. Times are UTC ms. */
export const SilenceSettings = Type.Object(
  {
    matchers: Matchers,
    /** Left out when it is made: now. */
    startsAt: Type.Optional(time()),
    /** The first moment at which it is over. */
    endsAt: time(),
    comment: Type.Optional(Type.String({ maxLength: SILENCE_LIMITS.comment })),
  },
  { additionalProperties: false },
);
export type SilenceSettings = Type.Static<typeof SilenceSettings>;

/** Nobody is told of the incidents that fit, from `startsAt` until `endsAt`. */
export interface Silence extends Required<SilenceSettings> {
  id: string;
  /** Name of the person who made it. */
  author: string;
  createdAt: number;
}

export const SILENCE_STATES = ['scheduled', 'active', 'expired'] as const;
export type SilenceState = (typeof SILENCE_STATES)[number];

type Times = Pick<Silence, 'startsAt' | 'endsAt'>;

export function silenceState({ startsAt, endsAt }: Times, now: number): SilenceState {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'scheduled' : 'active';
}

/** Is nobody told of the incident because of this silence? `tags` are those that its host has now. */
export const silences = (
  silence: Times & Pick<Silence, 'matchers'>,
  incident: Matchable,
  tags: readonly string[],
  now: number,
): boolean => silenceState(silence, now) === 'active' && matcherOf(silence.matchers)(incident, tags);

/** Its times when it is ended now: one that had not begun never did. */
export const endedTimes = ({ startsAt, endsAt }: Times, now: number): Times => ({
  startsAt: Math.min(startsAt, now),
  endsAt: Math.min(endsAt, now),
});

/** Why a silence could not be set up like this at that time, or nothing. */
export function silenceFault(silence: Times & Pick<Silence, 'matchers'>, now: number): Fault | undefined {
  const { matchers, startsAt, endsAt } = silence;
  const fault = matchersFault(matchers);
  if (fault !== undefined) return fault;
  if (endsAt <= startsAt) return { field: '/endsAt', message: 'must lie after startsAt' };
  if (endsAt <= now) return { field: '/endsAt', message: 'must lie in the future' };
  if (startsAt > now + SILENCE_LIMITS.spanMs) {
    return { field: '/startsAt', message: 'must lie within a year from now' };
  }
  if (endsAt > Math.max(startsAt, now) + SILENCE_LIMITS.spanMs) {
    return {
      field: '/endsAt',
      message: 'must come within a year: a silence that never ends hides what it should not',
    };
  }
  return undefined;
}
