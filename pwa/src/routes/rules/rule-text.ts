import { METRICS, type RuleSettings } from '@tocsin/shared';
import { formatSpan } from '../../lib/format/time.js';
import { INSTANCE_WORDS } from '../../lib/format/instance-words.js';
import { formatValue } from '../../lib/format/units.js';

const SIGNS = { '>': '>', '>=': '≥', '<': '<', '<=': '≤', '==': '=', '!=': '≠' } as const;

/** A rule in one sentence: `CPU > 90 % for 1 min, clears below 80 %`. */
export function describeRule(rule: RuleSettings): string {
  const metric = METRICS.get(rule.metric);
  const value = (amount: number) => formatValue(metric?.unit ?? 'count', amount);
  const each =
    metric?.instance && rule.instance === undefined ? ` of any ${INSTANCE_WORDS[metric.instance]}` : '';
  const what = `${metric?.label ?? rule.metric}${rule.instance === undefined ? each : ` ${rule.instance}`}`;
  const held = rule.forSeconds > 0 ? ` for ${formatSpan(rule.forSeconds * 1000)}` : '';
  const cleared =
    rule.clearsAt === undefined || rule.clearsAt === rule.firesAt
      ? ''
      : `, clears at ${value(rule.clearsAt)}`;
  const kept =
    rule.keepFiringSeconds > 0 ? `, once clear for ${formatSpan(rule.keepFiringSeconds * 1000)}` : '';
  return `${what} ${SIGNS[rule.comparison]} ${value(rule.firesAt)}${held}${cleared}${kept}`;
}
