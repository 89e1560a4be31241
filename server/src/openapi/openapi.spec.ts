import type { AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { Config } from '../config/config.js';
import { createApp } from '../create-app.js';

interface Described {
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  security: unknown[];
  description?: string;
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { schema: { properties?: object } }> };
  responses: Record<string, unknown>;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let app: Awaited<ReturnType<typeof createApp>>;
let described: Described;
let routed: string[];
beforeAll(async () => {
  database = await freshDatabase();
  const config = new Config({ dataDir: '/nowhere', mongodbUri: database.uri });
  app = await createApp(config, { log() {}, warn() {}, error() {} });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  described = (await (await fetch(`http://127.0.0.1:${port}/api/v1/openapi.json`)).json()) as Described;
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  routed = router.stack.flatMap(({ route }) =>
    route === undefined ? [] : Object.keys(route.methods).map((method) => `${method} ${String(route.path)}`),
  );
});
interface Layer {
  route?: { path: unknown; methods: object };
}
afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1', async () => {
    const result = await new Validator().validate(
      structuredClone(described) as unknown as Record<string, unknown>,
    );
    expect(result).toEqual({ valid: true });
  });

  it('has every route that is served below /api/v1, and no other', () => {
    const known = Object.entries(described.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const served = routed
      .filter((route) => route.includes(' /api/v1/'))
      .map((route) => route.replace(/:(\w+)/g, '{$1}'));
    expect(served.length).toBeGreaterThan(60);
    expect(known.sort()).toEqual([...new Set(served)].sort());
  });

  it('says what may be sent, who may, and what is answered', () => {
    const create = described.paths['/api/v1/rules']!.post!;
    expect(create.security).toEqual([{ person: [] }]);
    expect(create.description).toContain('rules:write');
    expect(Object.keys(create.requestBody!.content['application/json']!.schema.properties!)).toContain(
      'firesAt',
    );
    expect(create.requestBody!.required).toBe(true);
    expect(Object.keys(create.responses)).toEqual(['201', 'default']);
    expect(described.paths['/api/v1/incidents/{id}/acknowledge']!.post!.requestBody!.required).toBe(false);
    expect(described.paths['/api/v1/auth/login']!.post!.security).toEqual([]);
    const { parameters } = described.paths['/api/v1/incidents']!.get!;
    expect(parameters.find(({ name }) => name === 'limit')).toMatchObject({
      ...{ in: 'query', required: false, schema: { type: 'integer', maximum: 200 } },
    });
  });
});
