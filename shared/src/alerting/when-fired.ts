import { advance, OK, type AlertState, type Reading } from './engine.js';
import { measure } from './measure.js';
import type { RuleSettings } from './rule.js';
import type { WindowState } from './window.js';

/** A time in which a rule would have had an incident open. UTC ms. */
export interface FiringSpan {
  /** Since when the condition held. */
  since: number;
  openedAt: number;
  /** Left out: it was still open at the end. */
  resolvedAt?: number;
  /** In what the rule compares. */
  worst: number;
}

/** Holds the readings of one series against a rule, just as they would be if they came now. */
export function whenFired(rule: RuleSettings, readings: Iterable<Reading>): FiringSpan[] {
  const spans: FiringSpan[] = [];
  let state: AlertState = OK;
  let window: WindowState | undefined;
  for (const raw of readings) {
    const measured = measure(rule, window, raw);
    window = measured.window;
    if (measured.reading === undefined) continue;
    const before: AlertState = state;
    state = advance(rule, before, measured.reading);
    if (state.phase === 'firing') {
      const { since, openedAt, worst } = state;
      if (before.phase === 'firing') spans.pop();
      spans.push({ since, openedAt, worst });
    } else if (before.phase === 'firing') {
      spans.at(-1)!.resolvedAt = raw.now;
    }
  }
  return spans;
}
