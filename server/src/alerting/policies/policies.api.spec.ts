import { DEFAULT_POLICY, type Policy, type PolicySettings, type Role } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { AccessTokens } from '../../auth/access-tokens.js';
import { UsersService } from '../../users/users.service.js';
import { MAX_POLICIES } from './policies.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let owner: string;

async function member(role: Role, tenantId = hub.tenantId) {
  const email = `${new Types.ObjectId().toHexString()}@example.org`;
  const user = await hub
    .service(UsersService)
    .create({ tenantId, email, name: 'Ada', role, passwordHash: '-' });
  return { id: user.id, token: (await hub.service(AccessTokens).sign(user)).token };
}

async function ask<T = Policy>(method: string, path: string, body?: unknown, token = owner) {
  const response = await fetch(`${hub.url}/api/v1/policies${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text && JSON.parse(text)) as T & { field?: string } };
}
const names = async (token = owner) =>
  (await ask<Policy[]>('GET', '', undefined, token)).body.map(({ name }) => name);
const settings = (over: Partial<PolicySettings> = {}): PolicySettings => ({
  ...DEFAULT_POLICY,
  name: 'Nights',
  ...over,
});

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  owner = (await member('owner')).token;
});
afterEach(async () => {
  await hub.stop();
  await database.drop();
});

it('starts with one that tells everybody who can act, once, however many ask', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => names()));
  expect(new Set(all.map(String))).toEqual(new Set([DEFAULT_POLICY.name]));
});

it('puts a new one first, changes it, orders and removes', async () => {
  const { status, body: nights } = await ask('POST', '', settings({ repeat: undefined, goOn: true }));
  expect(status).toBe(201);
  expect(await names()).toEqual(['Nights', DEFAULT_POLICY.name]);
  const { body: changed } = await ask('PUT', `/${nights.id}`, settings({ name: 'Days', groupBy: 'host' }));
  expect(changed).toEqual({ id: nights.id, ...settings({ name: 'Days', groupBy: 'host' }) });
  const ids = (await ask<Policy[]>('GET', '')).body.map(({ id }) => id);
  await ask('PUT', '/order', { ids: ids.toReversed() });
  expect(await names()).toEqual([DEFAULT_POLICY.name, 'Days']);
  await hub.stop();
  hub = await startIngest(database.uri);
  const { token } = await member('owner', (await tenantOf(nights.id)).toHexString());
  expect(await names(token)).toEqual([DEFAULT_POLICY.name, 'Days']);
  expect((await ask('DELETE', `/${nights.id}`, undefined, token)).status).toBe(204);
  expect(await names(token)).toEqual([DEFAULT_POLICY.name]);
});
const tenantOf = async (id: string): Promise<Types.ObjectId> =>
  (await database.connection.collection('policies').findOne({ _id: new Types.ObjectId(id) }))!
    .tenantId as Types.ObjectId;

it('keeps the last one: nobody is to fall silent by a slip', async () => {
  const [only] = (await ask<Policy[]>('GET', '')).body;
  expect((await ask('DELETE', `/${only!.id}`)).status).toBe(409);
});

it('has a bound', async () => {
  for (let i = 1; i < MAX_POLICIES; i += 1) expect((await ask('POST', '', settings())).status).toBe(201);
  expect((await ask('POST', '', settings())).status).toBe(409);
});

const to = DEFAULT_POLICY.steps[0]!.to;
const stranger = new Types.ObjectId().toHexString();
it.each<[string, unknown, string]>([
  ['no steps', settings({ steps: [] }), '/steps'],
  ['a first step that waits', settings({ steps: [{ afterSeconds: 5, to }] }), '/steps/0/afterSeconds'],
  ['nobody in a step', settings({ steps: [{ afterSeconds: 0, to: [] }] }), '/steps/0/to'],
  [
    'somebody who is no member',
    settings({ steps: [{ afterSeconds: 0, to: [...to, { kind: 'user', id: stranger }] }] }),
    '/steps/0/to/3/id',
  ],
  ['a fallback who is no member', settings({ fallback: { kind: 'user', id: stranger } }), '/fallback/id'],
  [
    'an operator as a severity',
    settings({ match: { severities: [{ $ne: 1 }] } as never }),
    '/match/severities/0',
  ],
  ['something unknown', { ...settings(), tenantId: stranger }, ''],
])('refuses %s and says where', async (_, body, field) => {
  const answer = await ask('POST', '', body);
  expect([answer.status, answer.body.field ?? '']).toEqual([400, expect.stringContaining(field)]);
  expect(await names()).toEqual([DEFAULT_POLICY.name]);
});

it('orders all of them or none', async () => {
  const { body } = await ask('POST', '', settings());
  for (const ids of [[], [body.id], [body.id, body.id], [body.id, stranger]]) {
    expect((await ask('PUT', '/order', { ids })).status).toBe(400);
  }
});

it('lets members read and administrators write, and nobody reach those of another tenant', async () => {
  const { body: policy } = await ask('POST', '', settings());
  const [viewer, operator] = [await member('viewer'), await member('operator')];
  for (const { token } of [viewer, operator]) {
    expect(await names(token)).toContain('Nights');
    expect((await ask('POST', '', settings(), token)).status).toBe(403);
    expect((await ask('DELETE', `/${policy.id}`, undefined, token)).status).toBe(403);
  }
  const { token: other } = await member('owner', new Types.ObjectId().toHexString());
  expect(await names(other)).toEqual([DEFAULT_POLICY.name]);
  expect((await ask('PUT', `/${policy.id}`, settings(), other)).status).toBe(404);
  expect((await ask('DELETE', `/${policy.id}`, undefined, other)).status).toBe(404);
  // Naming a member of the other tenant tells nothing about them.
  const named = settings({ steps: [{ afterSeconds: 0, to: [{ kind: 'user', id: viewer.id }] }] });
  expect((await ask('POST', '', named, other)).body.field).toBe('/steps/0/to/0/id');
});
