import { METRICS, type Matchers } from '@tocsin/shared';
import { describeScope } from '../format/host-scope.js';

/** Names of things that are known by their ids. */
export interface Names {
  host: (id: string) => string | undefined;
  rule: (id: string) => string | undefined;
}

const ANY = ' or ';

/** What matchers fit, for the middle of a sentence: `“Disk full” of /var on web-1`, `everything on db-1 or db-2`. */
export function describeMatchers(matchers: Matchers, names: Names): string {
  return `${subject(matchers, names)} on ${describeScope(matchers, names.host)}`;
}

function subject({ ruleIds, metrics, instance, severities }: Matchers, names: Names): string {
  const rules = ruleIds?.map((id) => `“${names.rule(id) ?? 'a deleted rule'}”`).join(ANY);
  const measured = metrics?.map((id) => METRICS.get(id)?.label ?? id).join(ANY);
  const named = instance?.replace(/\\(.)/g, '$1');
  const serious = severities?.join(ANY);
  const about = [rules, measured && (rules ? `about ${measured}` : measured)].filter(Boolean).join(' ');
  const what = named === undefined ? about : about === '' ? named : `${about} of ${named}`;
  if (what === '') return serious === undefined ? 'everything' : `${serious} incidents`;
  return serious === undefined ? what : `${what} when ${serious}`;
}
