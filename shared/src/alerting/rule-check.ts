import { HOST_LOST, METRICS } from '../metrics/catalogue.js';
import type { Fault } from '../validation.js';
import { fieldFault } from './rule-condition.js';
import { overrideFault } from './rule-override.js';
import type { RuleSettings, TagScope } from './rule.js';

/** Is this rule about that series of that host? Every part of its scope must say so. */
export const covers = (
  rule: Pick<RuleSettings, 'metric' | 'instance' | 'hostIds' | 'tags'>,
  host: { id: string; tags: readonly string[] },
  series: { metric: string; instance?: string },
): boolean =>
  rule.metric === series.metric &&
  (rule.instance === undefined || rule.instance === series.instance) &&
  (rule.hostIds === undefined || rule.hostIds.includes(host.id)) &&
  (rule.tags === undefined || hasTags(rule.tags, host.tags));

/** Does a host with these tags belong to the scope? */
export const hasTags = ({ match, names }: TagScope, tags: readonly string[]): boolean =>
  match === 'all' ? names.every((name) => tags.includes(name)) : names.some((name) => tags.includes(name));

/** What no schema can say: why a rule of the right form could not work, or nothing. */
export const ruleFault = (rule: RuleSettings): Fault | undefined =>
  plainFault(rule) ?? overrideFault(rule, plainFault);

function plainFault(rule: RuleSettings): Fault | undefined {
  const metric = METRICS.get(rule.metric);
  if (metric === undefined) return { field: '/metric', message: `there is no metric ${rule.metric}` };
  if (rule.instance !== undefined && metric.instance === undefined) {
    return { field: '/instance', message: `${rule.metric} has no instances` };
  }
  const condition = conditionFault(rule);
  if (condition !== undefined) return condition;
  const isShare = metric.unit === 'percent' && rule.condition?.kind !== 'rate';
  for (const field of ['firesAt', 'clearsAt'] as const) {
    const level = rule[field];
    if (isShare && level !== undefined && (level < 0 || level > 100)) {
      return { field: `/${field}`, message: 'must be a percentage from 0 to 100' };
    }
  }
  return hysteresisFault(rule);
}

function conditionFault({
  metric,
  condition,
  comparison,
  firesAt,
  clearsAt,
}: RuleSettings): Fault | undefined {
  if (condition === undefined) return undefined;
  if (metric === HOST_LOST.id) return { field: '/condition', message: `does not go with ${metric}` };
  const fault = fieldFault(condition);
  if (fault !== undefined) return { ...fault, field: `/condition/${fault.field}` };
  if (condition.kind !== 'absent') {
    const exact = comparison === '==' || comparison === '!=';
    const message = `${comparison} makes no sense with ${condition.kind}: use <, <=, > or >=`;
    return exact ? { field: '/comparison', message } : undefined;
  }
  if (comparison !== '>=') return { field: '/comparison', message: 'must be >= for absent' };
  if (firesAt !== 1) return { field: '/firesAt', message: 'must be 1 for absent' };
  return clearsAt === undefined ? undefined : { field: '/clearsAt', message: 'does not belong to absent' };
}

function hysteresisFault({ comparison, firesAt, clearsAt }: RuleSettings): Fault | undefined {
  if (clearsAt === undefined) return undefined;
  const fault = (message: string): Fault => ({ field: '/clearsAt', message });
  switch (comparison) {
    case '>':
    case '>=':
      return clearsAt > firesAt ? fault(`must not be above firesAt (${firesAt})`) : undefined;
    case '<':
    case '<=':
      return clearsAt < firesAt ? fault(`must not be below firesAt (${firesAt})`) : undefined;
    case '==':
    case '!=':
      return fault(`makes no sense with ${comparison}: leave it out`);
  }
}
