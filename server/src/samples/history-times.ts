import type { PipeTransform } from '@nestjs/common';
import { parseIsoTime } from '@tocsin/shared';

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

const readTime = (value: unknown): unknown =>
  typeof value === 'string' ? (parseIsoTime(value) ?? value) : value;

/** The same of a query string: `@Query(new Times(), new Valid(HistoryQuery))`. */
export class Times implements PipeTransform<unknown, unknown> {
  transform(query: unknown): unknown {
    return readTimes(query);
  }
}

/** The same of each query in the body of a batch. */
export class BatchTimes implements PipeTransform<unknown, unknown> {
  transform(body: unknown): unknown {
    if (typeof body !== 'object' || body === null || !('queries' in body) || !Array.isArray(body.queries))
      return body;
    return {
      ...body,
      queries: body.queries.map((query) => (Array.isArray(query) ? query : readTimes(query))),
    };
  }
}
