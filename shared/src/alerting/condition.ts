import type { Comparison, RuleSettings } from './rule.js';

export function compare(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '==':
      return value === bound;
    case '!=':
      return value !== bound;
  }
}

type Thresholds = Pick<RuleSettings, 'comparison' | 'firesAt' | 'clearsAt'>;

/** Is the value bad enough to begin an alarm? */
export const breaches = (rule: Thresholds, value: number): boolean =>
  compare(value, rule.comparison, rule.firesAt);

/** Is the value good enough to end one? Between the two levels a firing rule goes on firing. */
export const clears = (rule: Thresholds, value: number): boolean =>
  !compare(value, rule.comparison, rule.clearsAt ?? rule.firesAt);
