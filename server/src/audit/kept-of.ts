/**
 * Fields whose values may stand in the audit log. A list of what may, not of what may not: a field that somebody
 * adds later stays out until it was thought about, whatever it is called.
 */
const MAY_BE_KEPT = new Set([
  // Rules
  ...['name', 'enabled', 'metric', 'instance', 'hostIds', 'hostId', 'tags', 'match', 'names', 'severity'],
  ...['condition', 'kind', 'aggregate', 'per', 'withinHours', 'onlyFrom', 'windowSeconds', 'comparison'],
  ...['firesAt', 'clearsAt', 'forSeconds', 'keepFiringSeconds', 'policyId', 'overrides'],
  // Files of rules
  ...['rules', 'key', 'hosts', 'host', 'policy', 'prune', 'dryRun'],
  ...['created', 'changed', 'unchanged', 'removed', 'fields'],
  // Policies
  ...['severities', 'ruleIds', 'metrics', 'goOn', 'steps', 'afterSeconds', 'to', 'id', 'role', 'ids'],
  ...['repeat', 'everySeconds', 'doublesUpToSeconds', 'groupBy', 'fallback'],
  // Silences, maintenance and quiet hours
  ...['matchers', 'startsAt', 'endsAt', 'comment', 'schedule', 'timeZone', 'at', 'durationMinutes'],
  ...['weekdays', 'day', 'from', 'until', 'skippedUntil', 'periods', 'breakThrough'],
  // Hosts and enrolment tokens
  ...['settings', 'interval', 'services', 'includeDisks', 'excludeDisks', 'includeInterfaces'],
  ...['excludeInterfaces', 'note', 'uses', 'hours'],
  // Retention
  ...['raw', '1m', '10m', '1h', '1d', 'incidents'],
  // Incidents
  ...['forMinutes', 'userId', 'action', 'text'],
]);

/** An entry says what was done; it is not to keep a copy. In characters of JSON, of one field and of all. */
const LONGEST_FIELD = 1_000;
const LONGEST = 8_000;
const HIDDEN = '…';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function visible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visible);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, MAY_BE_KEPT.has(name) ? visible(part) : HIDDEN]),
  );
}

/** A value as it may be kept; of one that is too long only how long it is. */
export function keptValue(name: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (!MAY_BE_KEPT.has(name)) return HIDDEN;
  const kept = visible(value);
  const { length } = JSON.stringify(kept);
  return length > LONGEST_FIELD ? `${HIDDEN} (${length} characters)` : kept;
}

/** The fields of an object as JSON; undefined when it has none. */
export function keptOf(
  fields: unknown,
  keep: (name: string, value: unknown) => unknown = keptValue,
): string | undefined {
  if (!isObject(fields) || Array.isArray(fields)) return undefined;
  const kept: Record<string, unknown> = {};
  let length = 0;
  for (const [name, value] of Object.entries(fields)) {
    kept[name] = keep(name, value);
    length += JSON.stringify([name, kept[name]]).length;
    if (length <= LONGEST) continue;
    delete kept[name];
    break;
  }
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept);
}
