import type { TSchema } from 'typebox';
import type { DeclaredRoute } from './routes.js';

const JSON_TYPE = 'application/json';
const ERROR = { $ref: '#/components/schemas/Error' };

/** The OpenAPI 3.1 description of these routes. TypeBox's schemas are JSON Schema, and go in as they are. */
export function describeApi(routes: readonly DeclaredRoute[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tocsin',
      version,
      description: 'REST API of the hub. docs/api.md says what the answers mean, with examples.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { person: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Error: {
          type: 'object',
          required: ['code', 'message'],
          properties: {
            code: { type: 'string', description: 'For programs.' },
            message: { type: 'string', description: 'For people: what is wrong and how to mend it.' },
            field: { type: 'string', description: 'JSON pointer of the field at fault.' },
          },
        },
      },
    },
  };
}

function operationOf({ path, controller, handler, access, status, body, query }: DeclaredRoute) {
  const tag = controller.replace(/Controller$/, '');
  const isOpen = access === 'public';
  return {
    operationId: `${tag}.${handler}`,
    tags: [tag],
    ...(isOpen ? { security: [] } : { security: [{ person: [] }] }),
    ...(!isOpen && access !== 'signed-in' && { description: `Needs the permission ${access}.` }),
    parameters: [
      ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        ...{ name, in: 'path', required: true, schema: { type: 'string' } },
      })),
      ...parametersOf(query),
    ],
    ...(body && { requestBody: { required: !isEmptyEnough(body), content: contentOf(plain(body)) } }),
    responses: {
      [status]: { description: status === 204 ? 'Done.' : 'Done; see docs/api.md for the answer.' },
      default: { description: 'It was refused, and nothing was changed.', content: contentOf(ERROR) },
    },
  };
}

const contentOf = (schema: unknown) => ({ [JSON_TYPE]: { schema } });

/** Without what TypeBox notes beside the schema for itself. */
const plain = (schema: TSchema): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;

/** A body in which nothing has to be said may be left out. */
const isEmptyEnough = (schema: TSchema): boolean =>
  'properties' in schema && !((plain(schema).required ?? []) as unknown[]).length;

function parametersOf(query: TSchema | undefined) {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = plain(query) as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}
