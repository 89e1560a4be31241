import {
  METRICS,
  type PreviewedSpan,
  type RulePreview,
  type RuleSettings,
  conditionValue,
} from '@tocsin/shared';
import { formatDateTime, formatSpan } from '../../lib/format/time.js';

/** How often a rule would have rung, and how finely that was looked at. */
export function describePreview({ series, spans, more, step }: RulePreview, hosts: number): string {
  if (series === 0) return 'There is nothing stored that it is about.';
  const times = spans.length === 1 ? 'once' : `${more ? 'more than ' : ''}${spans.length} times`;
  const on = hosts === 1 ? 'one host' : `${hosts} hosts`;
  const fine = `looked at in steps of ${formatSpan(step)} on ${on}`;
  return `${spans.length === 0 ? 'It would not have rung' : `It would have rung ${times}`}, ${fine}.`;
}

/** One time: `Nov 24, 10:00 · 20 min · 97 % at worst`. */
export function describeSpan(rule: RuleSettings, span: PreviewedSpan): string {
  const { openedAt, resolvedAt, worst } = span;
  const how = resolvedAt === undefined ? 'still open at the end' : formatSpan(resolvedAt - openedAt);
  const isValue = METRICS.has(rule.metric) && rule.condition?.kind !== 'absent';
  const value = isValue ? ` · ${conditionValue(rule.metric, worst, rule.condition)} at worst` : '';
  return `${formatDateTime(openedAt)} · ${how}${value}`;
}
