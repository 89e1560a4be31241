import { METRICS } from '../metrics/catalogue.js';
import { compare } from './condition.js';
import type { Reading } from './engine.js';
import type { RuleCondition } from './rule-condition.js';
import type { RuleSettings } from './rule.js';
import {
  ahead,
  average,
  change,
  greatest,
  percentile95,
  put,
  type WindowShape,
  type WindowState,
} from './window.js';
import type { WindowUse } from './window-slots.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const UNIT_MS = { second: SECOND, minute: 60 * SECOND, hour: HOUR, day: 24 * HOUR } as const;

/** Slots of a window. A trend needs few points, and there is one for each disk of each host. */
const SLOTS = 60;
const TREND_SLOTS = 24;

export type Measurable = Pick<RuleSettings, 'condition' | 'metric' | 'comparison'>;

/** What the engine is to be told. Nothing: as long as a window is not full nobody knows. */
export interface Measured {
  window?: WindowState;
  reading?: Reading;
}

/** Turns what came of a series into what the condition of the rule is about. A window is changed in place. */
export function measure(rule: Measurable, window: WindowState | undefined, reading: Reading): Measured {
  const { condition } = rule;
  const { value } = reading;
  if (condition === undefined) return { reading };
  if (condition.kind === 'absent') return { reading: told(reading, value === undefined ? 1 : 0) };
  if (value === undefined) return { window, reading };
  const next = put(shapeOf(condition, reading), window, value, reading);
  const measured = isFull(condition, next) ? valueOf(rule, condition, next, value) : undefined;
  return { window: next, reading: measured === undefined ? undefined : told(reading, measured) };
}

const told = ({ now, patienceMs }: Reading, value: number): Reading => ({ value, now, patienceMs });

const windowMsOf = ({ windowSeconds = 0 }: RuleCondition) => windowSeconds * SECOND;

/**
 * How long the series of a window may be away, in ms. A trend may have gaps: what lies on both sides is
 * true, and a clock that leaps ahead only makes it flatter. Else nobody knows what happened meanwhile.
 */
export const windowPatience = (condition: RuleCondition, patienceMs: number): number =>
  condition.kind === 'forecast' ? Math.max(patienceMs, windowMsOf(condition)) : patienceMs;

function shapeOf(condition: RuleCondition, { patienceMs }: Reading): WindowShape {
  const slots = condition.kind === 'forecast' ? TREND_SLOTS : SLOTS;
  const width = windowMsOf(condition) / slots;
  return { use: useOf(condition), slots, width, patienceMs: windowPatience(condition, patienceMs) };
}

function useOf({ kind, aggregate = 'avg' }: RuleCondition): WindowUse {
  return kind === 'rate' || kind === 'forecast' ? kind : aggregate;
}

/** Half a window is enough of a trend: a hub that was restarted should not be blind for so long. */
const isFull = (condition: RuleCondition, { elapsed }: WindowState): boolean =>
  elapsed >= windowMsOf(condition) * (condition.kind === 'forecast' ? 0.5 : 1);

function valueOf(
  rule: Measurable,
  condition: RuleCondition,
  window: WindowState,
  value: number,
): number | undefined {
  switch (condition.kind) {
    case 'aggregate':
      return aggregateOf(condition, window);
    case 'rate': {
      const perMs = change(window, value);
      return perMs === undefined ? undefined : perMs * UNIT_MS[condition.per ?? 'second'];
    }
    case 'forecast':
      return forecast(rule, condition, window, value);
    case 'absent':
      return undefined;
  }
}

function aggregateOf({ aggregate = 'avg' }: RuleCondition, window: WindowState): number {
  switch (aggregate) {
    case 'avg':
      return average(window);
    case 'max':
      return greatest(window);
    case 'p95':
      return percentile95(window);
  }
}

function forecast(
  { metric, comparison }: Measurable,
  { withinHours = 0, onlyFrom }: RuleCondition,
  window: WindowState,
  value: number,
): number | undefined {
  if (onlyFrom !== undefined && !compare(value, comparison, onlyFrom)) return value;
  const future = ahead(window, withinHours * HOUR);
  const isPercent = METRICS.get(metric)?.unit === 'percent';
  return future !== undefined && isPercent ? Math.min(100, Math.max(0, future)) : future;
}
