import {
  advance,
  type AlertState,
  covers,
  type Incident,
  type Layout,
  measure,
  METRICS,
  OK,
  type Reading,
  type Rule,
  ruleFor,
  type Sample,
  windowPatience,
  type WindowState,
} from '@tocsin/shared';
import {
  isRemembered,
  isUnderWay,
  keyOf,
  saved,
  type SavedCheck,
  type SavedHost,
  takenUp,
  type Unfinished,
} from './remembered.js';
import type { HostRecord } from '../../hosts/host-record.js';

/** One rule held against one series of the host. */
export interface Check {
  readonly rule: Rule;
  readonly metric: string;
  readonly instance?: string;
  /** Place of the series in a sample; -1 while the host does not report it. */
  readonly index: number;
  state: AlertState;
  /** What the rule's condition has to remember of the series. */
  window?: WindowState;
  /** The open incident while the state is firing. */
  incidentId?: string;
}

/** A check whose alert opened, goes on or is over. */
export interface Move {
  check: Check;
  after: AlertState;
  value?: number;
}

const NO_LAYOUT: Layout = { series: [] };
const NO_RULES: readonly Rule[] = [];
const QUIET: readonly Move[] = [];
const NOWHERE: readonly number[] = [];

/** Pending states and windows that are kept while their series are away: a host may name ever new things. */
export const PENDING_AWAY = 200;

/**
 * What the rules of a tenant say about one host. Rules, series and the host's tags are matched once, and again
 * only when one of them changes, which shows in the identity of their objects; a frame then costs a comparison a check.
 */
export class HostAlerts {
  #layout = NO_LAYOUT;
  #rules = NO_RULES;
  #tags: readonly string[] = [];
  #checks: Check[] = [];
  #restored: readonly Incident[];
  #saved?: SavedHost;
  /** What is pending is not as it was saved. */
  #moved = false;

  /**
   * @param open the host's incidents that were open when the hub started
   * @param isAbout which metrics its samples can have
   * @param saved what an earlier start of the hub remembered of it
   */
  constructor(
    private readonly host: Pick<HostRecord, 'id' | 'tags'>,
    open: readonly Incident[] = [],
    private readonly isAbout: (metric: string) => boolean = () => true,
    saved?: SavedHost,
  ) {
    this.#restored = open;
    this.#saved = saved;
    // Once it is taken up it may be over, and must not be found by the start after this one.
    this.#moved = saved !== undefined;
  }

  /** What is pending has changed since the last `remembered`, which is to be saved soon. */
  get moved(): boolean {
    return this.#moved;
  }

  /** What is to be saved of it; empty when there is nothing to remember. */
  remembered(): SavedCheck[] {
    this.#moved = false;
    return this.#checks.filter(isRemembered).map(saved);
  }

  /** It was not saved after all. */
  forgetSaved(): void {
    this.#moved = true;
  }

  /** Checks that are held against each sample. */
  get size(): number {
    return this.#checks.length;
  }

  /** What the sample changes about alerts; states are the new ones already. */
  step(rules: readonly Rule[], sample: Sample, at: Omit<Reading, 'value'>): readonly Move[] {
    if (rules !== this.#rules || sample.layout !== this.#layout || this.host.tags !== this.#tags) {
      this.#match(rules, sample.layout, at);
    }
    let moves: Move[] | undefined;
    for (const check of this.#checks) {
      const before = check.state;
      const { window, reading } = measure(check.rule, check.window, {
        value: sample.values[check.index],
        ...at,
      });
      check.window = window;
      if (reading === undefined) continue;
      const after = advance(check.rule, before, reading);
      if (after === before) continue;
      check.state = after;
      if (isUnderWay(before) || isUnderWay(after)) this.#moved = true;
      if (before.phase === 'firing' || after.phase === 'firing') {
        (moves ??= []).push({ check, after, value: reading.value });
      }
    }
    return moves ?? QUIET;
  }

  /** Forgets an alert whose incident ended for another reason than its values. */
  forget(incidentId: string): void {
    this.#restored = this.#restored.filter(({ id }) => id !== incidentId);
    for (const check of this.#checks) {
      if (check.incidentId !== incidentId) continue;
      check.state = OK;
      check.incidentId = undefined;
    }
  }

  #match(rules: readonly Rule[], layout: Layout, at: Omit<Reading, 'value'>): void {
    const active = rules
      .filter((rule) => rule.enabled && this.isAbout(rule.metric))
      .map((rule) => ruleFor(rule, this.host.id))
      .filter((rule) => rule.enabled);
    const old = this.#unfinished(at.now);
    const checks: Check[] = [];
    const places = placesOf(layout);
    for (const rule of active) {
      const metric = rule.metric;
      for (const index of places.get(metric) ?? NOWHERE) {
        const { instance } = layout.series[index]!;
        if (!covers(rule, this.host, { metric, instance })) continue;
        const check: Check = { rule, metric, instance, index, state: OK };
        checks.push(check);
        // Rarely is there anything to be found by a name, so names are not made for nothing.
        if (old.size === 0) continue;
        const key = keyOf({ ruleId: rule.id, metric, instance });
        const before = old.get(key);
        if (before === undefined) continue;
        check.state = before.state;
        check.window = before.window;
        check.incidentId = before.incidentId;
        old.delete(key);
      }
    }
    // What has an incident goes on firing while its series is away, as long as the rule still asks for it.
    let away = 0;
    for (const { ruleId, ...one } of old.values()) {
      const rule = active.find((r) => r.id === ruleId);
      if (rule === undefined || !covers(rule, this.host, one)) continue;
      const check: Check = { ...one, rule, index: -1 };
      if (check.incidentId === undefined && (!waits(check, at) || ++away > PENDING_AWAY)) continue;
      checks.push(check);
    }
    for (const rule of active) if (expects(rule, this.host, checks)) checks.push(expected(rule));
    this.#checks = checks;
    this.#layout = layout;
    this.#rules = rules;
    this.#tags = this.host.tags;
    this.#restored = [];
    this.#saved = undefined;
    this.#moved ||= checks.some(({ rule }) => rule.condition?.kind === 'absent');
  }

  #unfinished(now: number): Map<string, Unfinished> {
    const known = this.#checks
      .filter((check) => check.state.phase !== 'ok' || isRemembered(check))
      .map(({ rule, ...rest }) => ({ ruleId: rule.id, ...rest }));
    const before = takenUp(this.#saved, this.#restored, now);
    return new Map([...known, ...before].map((one) => [keyOf(one), one]));
  }
}

/**
 * Is it kept while its series is away? What is pending, or has a window, waits for as long as a silence is no
 * break: scripts may post by turns. A rule about what is absent waits for good.
 */
function waits({ rule, state, window }: Check, { now, patienceMs }: Omit<Reading, 'value'>): boolean {
  const { condition } = rule;
  if (condition?.kind === 'absent') return true;
  if (state.phase === 'pending' && now - state.seen <= patienceMs) return true;
  return (
    condition !== undefined &&
    window !== undefined &&
    now - window.seen <= windowPatience(condition, patienceMs)
  );
}

/** Does the rule ask for a series by name that the host has not reported so far? */
const expects = (rule: Rule, host: Pick<HostRecord, 'id' | 'tags'>, checks: readonly Check[]): boolean =>
  rule.condition?.kind === 'absent' &&
  (rule.instance !== undefined || METRICS.get(rule.metric)?.instance === undefined) &&
  covers(rule, host, rule) &&
  !checks.some((check) => check.rule === rule);

const expected = (rule: Rule): Check => {
  const { metric, instance } = rule;
  return { rule, metric, ...(instance !== undefined && { instance }), index: -1, state: OK };
};

/** Where in a sample the series of each metric stand. */
function placesOf({ series }: Layout): Map<string, number[]> {
  const places = new Map<string, number[]>();
  series.forEach(({ metric }, index) => {
    const known = places.get(metric.id);
    if (known === undefined) places.set(metric.id, [index]);
    else known.push(index);
  });
  return places;
}
