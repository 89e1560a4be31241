import type { Incident } from '../incident.js';
import type { Policy } from './policy.js';

/** What a policy did about one incident so far: plain data, never changed in place. Times are UTC ms. */
export interface RouteState {
  /** How many steps were told; 0: nobody was. */
  told: number;
  /** When the first step was told, later by the time that the incident was held since. */
  startedAt?: number;
  /** How often the last step was told again. */
  repeats: number;
  /** When the next step or repetition is due; left out when none will be. */
  nextAt?: number;
  /** Since when the incident is held back; left out when it is not. */
  heldSince?: number;
  /** Somebody wanted to look at it later, and asked to be told again then. */
  snoozed?: true;
  /** The acknowledgement that people were told of. */
  acknowledgedAt?: number;
  /** All that there will be was told. */
  ended?: boolean;
}

/**
 * What is to be told now. `firing` with the steps that are new (from, to), `reminder` of the last step,
 * `acknowledged` and `resolved` to all who were told before.
 */
export type Notice =
  | { kind: 'firing'; from: number; to: number }
  | { kind: 'reminder'; from: number; to: number }
  | { kind: 'acknowledged'; from: 0; to: number }
  | { kind: 'resolved'; from: 0; to: number };
export type NoticeKind = Notice['kind'];

export const NOBODY_TOLD: RouteState = Object.freeze({ told: 0, repeats: 0 });

/** What of an incident decides about who is told. */
export type Told = Pick<Incident, 'status' | 'acknowledgedAt' | 'holds'>;

type Plan = Pick<Policy, 'steps' | 'repeat'>;

/**
 * What a policy does about an incident at a time, and what it did then. The same state object comes back when
 * nothing changed. Called for each change of the incident and when `nextAt` has come.
 *
 * Who was told of an incident is told of its acknowledgement and its end, whatever holds it. What is held back, acknowledged or over
 * before anybody was told is told to nobody. The time in which an incident is held does not count towards
 * the next step. Who was told of one that was snoozed then is told again when that ends.
 */
export function follow(
  plan: Plan,
  state: RouteState,
  incident: Told,
  now: number,
): { state: RouteState; notice?: Notice } {
  if (state.ended) return { state };
  if (incident.status === 'resolved') return end(state);
  const { heldSince } = state;
  if (incident.holds?.length) {
    const since = heldSince === undefined ? { ...state, heldSince: now } : state;
    const isSnoozed = !since.snoozed && incident.holds.some(({ by }) => by === 'snoozed');
    const held = isSnoozed ? { ...since, snoozed: true as const } : since;
    // That somebody takes care is told to those who were told, whatever holds back the rest.
    const { acknowledgedAt } = incident;
    return acknowledgedAt === undefined ? { state: held } : acknowledged(held, acknowledgedAt);
  }
  return goOn(plan, heldSince === undefined ? state : shifted(state, now), incident, now);
}

function end(state: RouteState): { state: RouteState; notice?: Notice } {
  const { nextAt: _never, heldSince: _over, snoozed: _so, ...rest } = state;
  const notice: Notice = { kind: 'resolved', from: 0, to: state.told };
  return { state: { ...rest, ended: true }, ...(state.told > 0 && { notice }) };
}

/** As if the time in which it was held had not been. */
function shifted({ heldSince, startedAt, nextAt, ...rest }: RouteState, now: number): RouteState {
  const held = Math.max(0, now - heldSince!);
  return {
    ...rest,
    ...(startedAt !== undefined && { startedAt: startedAt + held }),
    ...(nextAt !== undefined && { nextAt: nextAt + held }),
  };
}

function goOn(
  plan: Plan,
  state: RouteState,
  { acknowledgedAt }: Told,
  now: number,
): { state: RouteState; notice?: Notice } {
  if (acknowledgedAt !== undefined) {
    const { snoozed: _over, ...rest } = state;
    return acknowledged(state.snoozed ? rest : state, acknowledgedAt);
  }
  if (state.acknowledgedAt !== undefined || state.snoozed) return takenBack(plan, state, now);
  if (state.told === 0) return tell(plan, { ...state, startedAt: now }, now);
  return state.nextAt !== undefined && now >= state.nextAt ? tell(plan, state, now) : { state };
}

/** Somebody takes care: nothing more is due, and those who were told are told so. */
function acknowledged(state: RouteState, acknowledgedAt: number): { state: RouteState; notice?: Notice } {
  if (state.acknowledgedAt === acknowledgedAt) return { state };
  const { nextAt: _none, ...rest } = state;
  const notice: Notice = { kind: 'acknowledged', from: 0, to: state.told };
  return { state: { ...rest, acknowledgedAt }, ...(state.told > 0 && { notice }) };
}

/** Nobody takes care any more: those who were told are told that it goes on, and the clock starts again. */
function takenBack(
  plan: Plan,
  { acknowledgedAt: _gone, snoozed: _over, ...state }: RouteState,
  now: number,
): { state: RouteState; notice?: Notice } {
  if (state.told === 0) return tell(plan, { ...state, startedAt: now }, now);
  const step = plan.steps[Math.min(state.told, plan.steps.length) - 1]!;
  const again: RouteState = { ...state, startedAt: now - step.afterSeconds * 1000, repeats: 0 };
  const notice: Notice = { kind: 'reminder', from: 0, to: state.told };
  return { state: withNext(plan, again, now), notice };
}

/** Tells every step that is due by now; when all are told, the last one again. */
function tell(plan: Plan, state: RouteState, now: number): { state: RouteState; notice?: Notice } {
  const { steps } = plan;
  const passed = now - state.startedAt!;
  let to = state.told;
  while (to < steps.length && steps[to]!.afterSeconds * 1000 <= passed) to += 1;
  if (to > state.told) {
    const notice: Notice = { kind: 'firing', from: state.told, to };
    return { state: withNext(plan, { ...state, told: to }, now), notice };
  }
  // Its steps may be fewer than they were.
  const last = Math.min(state.told, steps.length);
  const notice: Notice = { kind: 'reminder', from: last - 1, to: last };
  return { state: withNext(plan, { ...state, repeats: state.repeats + 1 }, now), notice };
}

function withNext({ steps, repeat }: Plan, { nextAt: _old, ...state }: RouteState, now: number): RouteState {
  const step = steps[state.told];
  if (step !== undefined) return { ...state, nextAt: state.startedAt! + step.afterSeconds * 1000 };
  if (repeat === undefined) return state;
  const { everySeconds, doublesUpToSeconds = everySeconds } = repeat;
  // 2^30 seconds are 34 years: enough, and exact.
  const wait = Math.min(everySeconds * 2 ** Math.min(state.repeats, 30), doublesUpToSeconds);
  return { ...state, nextAt: now + wait * 1000 };
}
