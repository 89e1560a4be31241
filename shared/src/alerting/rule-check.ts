import { METRICS } from '../metrics/catalogue.js';
import type { Fault } from '../validation.js';
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

const hasTags = ({ match, names }: TagScope, tags: readonly string[]): boolean =>
  match === 'all' ? names.every((name) => tags.includes(name)) : names.some((name) => tags.includes(name));

/** What no schema can say: why a rule of the right form could not work, or nothing. */
export function ruleFault(rule: RuleSettings): Fault | undefined {
  const metric = METRICS.get(rule.metric);
  if (metric === undefined) return { field: '/metric', message: `there is no metric ${rule.metric}` };
  if (rule.instance !== undefined && metric.instance === undefined) {
    return { field: '/instance', message: `${rule.metric} has no instances` };
  }
  for (const field of ['firesAt', 'clearsAt'] as const) {
    const level = rule[field];
    if (metric.unit === 'percent' && level !== undefined && (level < 0 || level > 100)) {
      return { field: `/${field}`, message: 'must be a percentage from 0 to 100' };
    }
  }
  return hysteresisFault(rule);
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
