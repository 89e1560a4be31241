import {
  HOST_LOST,
  METRICS,
  type Comparison,
  type RuleSettings,
  conditionSubject,
  conditionValue,
} from '@tocsin/shared';
import { INSTANCE_WORDS } from '../../lib/format/instance-words.js';
import { formatSpan } from '../../lib/format/time.js';

const IS: Record<Comparison, string> = {
  '>': 'above',
  '>=': 'at or above',
  '<': 'below',
  '<=': 'at or below',
  '==': 'at',
  '!=': 'not at',
};
const CLEAR: Record<Comparison, (level: string) => string> = {
  '>': (level) => `at ${level} or below`,
  '>=': (level) => `below ${level}`,
  '<': (level) => `at ${level} or above`,
  '<=': (level) => `above ${level}`,
  '==': (level) => `off ${level}`,
  '!=': (level) => `at ${level}`,
};

/** Metrics that say yes or no: what is wrong at no. */
const NOT: Record<string, string> = {
  'service.active': 'not active',
  'container.running': 'not running',
  'container.healthy': 'not healthy',
};

const span = (seconds: number): string => formatSpan(seconds * 1000);

/** What a rule will do, in sentences: `Rings when CPU on any host is above 90 % for 1 min.` */
export function describeRule(rule: RuleSettings, where = 'any host'): string {
  const held = rule.forSeconds > 0 ? ` for ${span(rule.forSeconds)}` : '';
  const different = rule.overrides?.length ?? 0;
  const elsewhere =
    different > 0 ? ` Different on ${different === 1 ? 'one host' : `${different} hosts`}.` : '';
  return `Rings when ${wrong(rule, where)}${held}.${clearing(rule)}${elsewhere}`;
}

function wrong(rule: RuleSettings, where: string): string {
  const { metric, instance, condition, comparison, firesAt } = rule;
  if (metric === HOST_LOST.id) return `nothing is heard from ${where}`;
  const what = seriesOf(rule);
  if (condition?.kind === 'absent') return `${what} is missing from the reports of ${where}`;
  const not = condition === undefined && comparison === '<' && firesAt === 1 ? NOT[metric] : undefined;
  if (not !== undefined) return `${instance ?? `any ${kindOf(metric)}`} on ${where} is ${not}`;
  const bound = `${IS[comparison]} ${conditionValue(metric, firesAt, condition)}`;
  if (condition?.kind !== 'forecast') {
    const subject = conditionSubject(what, condition);
    return `${condition === undefined ? '' : 'the '}${subject} on ${where} is ${bound}`;
  }
  const { withinHours = 0, windowSeconds = 0, onlyFrom } = condition;
  const from =
    onlyFrom === undefined ? '' : `, once it is ${IS[comparison]} ${conditionValue(metric, onlyFrom)}`;
  const trend = `by its trend of ${span(windowSeconds)}${from}`;
  return `${what} on ${where} will be ${bound} within ${span(withinHours * 3_600)}, ${trend},`;
}

function clearing({
  metric,
  condition,
  comparison,
  firesAt,
  clearsAt,
  keepFiringSeconds,
}: RuleSettings): string {
  const kept = keepFiringSeconds > 0 ? span(keepFiringSeconds) : undefined;
  if (clearsAt !== undefined && clearsAt !== firesAt) {
    const level = CLEAR[comparison](conditionValue(metric, clearsAt, condition));
    return ` Clears ${level}${kept === undefined ? '' : ` for ${kept}`}.`;
  }
  return kept === undefined ? '' : ` Clears after ${kept} without it.`;
}

const kindOf = (metric: string): string => {
  const kind = METRICS.get(metric)?.instance;
  return kind === undefined ? 'of them' : INSTANCE_WORDS[kind];
};

function seriesOf({ metric, instance }: RuleSettings): string {
  const label = METRICS.get(metric)?.label ?? metric;
  if (instance !== undefined) return `${label} ${instance}`;
  return METRICS.get(metric)?.instance === undefined ? label : `${label} of any ${kindOf(metric)}`;
}
