import type { TSchema } from 'typebox';

/**
 * The text of a query string as the types that an object schema asks for. What cannot be read as such
 * stays text, for the schema's check to refuse.
 */
export function fromQuery(schema: TSchema, query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  const properties = 'properties' in schema ? (schema.properties as Record<string, TSchema>) : {};
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, read(properties[name], value)]),
  );
}

function read(schema: TSchema | undefined, value: unknown): unknown {
  const type = schema && 'type' in schema ? schema.type : undefined;
  switch (type) {
    case 'integer':
    case 'number':
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? Number(value)
        : value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'array':
      return typeof value === 'string' ? [value] : value;
    default:
      return value;
  }
}
