const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const ZONE = /(Z|[+-]\d\d:?\d\d)$/;

/**
 * `from` and `to` of a query string in UTC ms, where they were given as ISO 8601. A time without a zone
 * is UTC. What is neither stays as it is, for the schema's check to refuse.
 */
export function readTimes(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      name === 'from' || name === 'to' ? readTime(value) : value,
    ]),
  );
}

function readTime(value: unknown): unknown {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return value;
  const ms = Date.parse(value.includes('T') && !ZONE.test(value) ? `${value}Z` : value);
  return Number.isNaN(ms) ? value : ms;
}
