import type { CreatedEnrolmentToken, Enrolled, EnrolmentToken, HostView } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, type Client, startAccounts } from '../../test/accounts.js';
import { HostKeysService } from '../hosts/host-keys.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { GUESSES_PER_NETWORK } from './enrol-throttle.js';
import { KEPT_TOKENS, WORKING_TOKENS } from './enrolment-tokens.service.js';

/** Everything that was logged, as text. */
const log: string[] = [];
const record = (...words: unknown[]) => void log.push(...words.map((word) => JSON.stringify(word)));
const logger = { log: record, error: record, warn: record, debug: record, verbose: record, fatal: record };

let hub: Awaited<ReturnType<typeof startAccounts>>;
let admin: Client;
let tenantId: string;
let stranger: Client;
let strangersTenant: string;
let addresses = 0;

beforeAll(async () => {
  hub = await startAccounts({ logger, config: { publicUrl: 'https://hub.example.org' } });
  const user = await hub.user('admin');
  tenantId = user.tenantId;
  admin = hub.signedIn(user);
  strangersTenant = new Types.ObjectId().toHexString();
  const _id = new Types.ObjectId(strangersTenant);
  await hub.database
    .collection('tenants')
    .insertOne({ _id, slug: 'elsewhere', name: 'Elsewhere', createdAt: new Date() });
  stranger = hub.signedIn(await hub.user('owner', strangersTenant));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await hub.database.collection('enrolmentTokens').deleteMany({});
});
afterAll(() => hub.stop());

const newToken = async (settings = {}, by = admin) =>
  (await by.post<CreatedEnrolmentToken>('/enrolment-tokens', settings)).body;
const tokens = async (by = admin) => (await by.get<EnrolmentToken[]>('/enrolment-tokens')).body;
/** Each from an address of its own, unless said otherwise. */
const enrol = (token: string, name: string, address = `198.51.100.${(addresses += 1) % 250}`) =>
  hub.visitor().at(address).post<Enrolled>('/enrol', { token, name });
const refused = (answer: Answer<unknown>) => [answer.status, (answer.body as { code: string }).code];
const hostsOf = (tenant: string) => hub.service(HostsService).list(tenant);

describe('enrolment tokens', () => {
  it('are made with the command that enrols a host, for one host and a day unless said otherwise', async () => {
    const { status, body, headers } = await admin.post<CreatedEnrolmentToken>('/enrolment-tokens', {});
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    const { token, command, ...view } = body;
    expect(token).toMatch(/^toce_[\w-]{43}$/);
    expect(command).toBe(`curl -fsSL https://hub.example.org/install.sh | sudo TOCSIN_TOKEN=${token} sh`);
    expect(view).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      hint: token.slice(0, 9),
      tags: [],
      uses: 1,
      used: 0,
      createdAt: expect.any(Number),
      expiresAt: view.createdAt + 24 * 3_600_000,
    });
    const settings = { note: 'web servers', tags: ['web'], uses: 50, hours: 2 };
    const other = await newToken(settings);
    expect(other).toMatchObject({ note: 'web servers', tags: ['web'], uses: 50 });
    expect(await tokens()).toMatchObject([{ id: other.id }, view]);
  });

  it('are never shown again, and neither stored nor logged', async () => {
    const { token } = await newToken();
    await enrol(token, 'secretive');
    const secret = token.slice(9);
    expect(JSON.stringify(await tokens())).not.toContain(secret);
    const stored = await hub.database.collection('enrolmentTokens').find().toArray();
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(log.join('\n')).toContain('secretive enrolled');
    expect(log.join('\n')).not.toContain(secret);
  });

  it.each([
    ['no use', { uses: 0 }, '/uses'],
    ['more than a year', { hours: 8_761 }, '/hours'],
    ['a tag that no host could have', { tags: ['Web'] }, '/tags/0'],
    ['an unknown field', { secret: 'x' }, '/secret'],
  ])('are not made for %s', async (_what, body, field) => {
    const answer = await admin.post('/enrolment-tokens', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', field } });
  });

  it('are bounded: those that work, and those that are kept to look at', async () => {
    for (let i = 0; i < WORKING_TOKENS; i += 1) await newToken();
    expect(refused(await admin.post('/enrolment-tokens', {}))).toEqual([409, 'conflict']);
    await hub.database.collection('enrolmentTokens').updateMany({}, { $set: { revokedAt: new Date() } });
    for (let i = 0; i < WORKING_TOKENS; i += 1) await newToken();
    await hub.database.collection('enrolmentTokens').updateMany({}, { $set: { revokedAt: new Date() } });
    const oldest = (await tokens()).at(-1)!;
    const newest = await newToken();
    const kept = await tokens();
    expect(kept).toHaveLength(KEPT_TOKENS);
    expect(kept[0]).toMatchObject({ id: newest.id });
    expect(kept.map(({ id }) => id)).not.toContain(oldest.id);
  });

  it('belong to those who may change hosts, and to their tenant', async () => {
    for (const role of ['operator', 'viewer'] as const) {
      const member = hub.signedIn(await hub.user(role));
      const { id } = await newToken();
      expect(refused(await member.get('/enrolment-tokens'))).toEqual([403, 'forbidden']);
      expect(refused(await member.post('/enrolment-tokens', {}))).toEqual([403, 'forbidden']);
      expect(refused(await member.delete(`/enrolment-tokens/${id}`))).toEqual([403, 'forbidden']);
    }
    expect((await hub.visitor().get('/enrolment-tokens')).status).toBe(401);
    const { id, token } = await newToken();
    expect(await tokens(stranger)).toEqual([]);
    expect((await stranger.delete(`/enrolment-tokens/${id}`)).status).toBe(404);
    expect((await admin.delete('/enrolment-tokens/nonsense')).status).toBe(404);
    expect((await enrol(token, 'still-welcome')).status).toBe(201);
  });
});

describe('enrolling', () => {
  it('makes a host with the tags of the token and a key that lets its agent in', async () => {
    const { token, id } = await newToken({ tags: ['web', 'eu'] });
    const { status, body, headers } = await enrol(token, 'web-1');
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({ hostId: expect.any(String), name: 'web-1', key: expect.stringMatching(/^toc_/) });
    const host = await admin.get<HostView>(`/hosts/${body.hostId}`);
    expect(host.body).toMatchObject({ name: 'web-1', tags: ['web', 'eu'], simulated: false });
    expect(await hub.service(HostKeysService).authenticate(body.key)).toMatchObject({
      tenantId,
      hostId: body.hostId,
    });
    expect(await tokens()).toMatchObject([{ id, used: 1 }]);
  });

  it('puts a number behind a name that is taken, in this tenant only', async () => {
    const { token } = await newToken({ uses: 3 });
    const names = [];
    for (let i = 0; i < 3; i += 1) names.push((await enrol(token, 'db')).body.name);
    expect(names).toEqual(['db', 'db-2', 'db-3']);
    const elsewhere = await newToken({}, stranger);
    expect((await enrol(elsewhere.token, 'db')).body.name).toBe('db');
    expect(hostsOf(strangersTenant).map(({ name }) => name)).toEqual(['db']);
  });

  it('of 50 at once with a token for 5 leaves exactly 5 hosts, each with a name and a key of its own', async () => {
    const { token } = await newToken({ uses: 5 });
    const before = hostsOf(tenantId).length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => enrol(token, 'crowd')));
    const let_in = answers.filter(({ status }) => status === 201);
    expect(let_in.map(({ body }) => body.name).sort()).toEqual([
      'crowd',
      'crowd-2',
      'crowd-3',
      'crowd-4',
      'crowd-5',
    ]);
    expect(new Set(let_in.map(({ body }) => body.key)).size).toBe(5);
    expect(answers.filter(({ status }) => status !== 201).map(refused)).toEqual(
      Array(45).fill([403, 'used_up_token']),
    );
    expect(hostsOf(tenantId)).toHaveLength(before + 5);
    expect(await hub.database.collection('hosts').countDocuments({ name: /^crowd/ })).toBe(5);
    expect(await tokens()).toMatchObject([{ used: 5 }]);
  });

  it('on two hubs of one database at once gives names that differ, and no use twice', async () => {
    const { token } = await newToken({ uses: 6 });
    // It reads the tokens when it starts.
    const second = await hub.another();
    const other = (name: string) => second.visitor().post<Enrolled>('/enrol', { token, name });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? other('twin') : enrol(token, 'twin'))),
    );
    const names = answers.filter(({ status }) => status === 201).map(({ body }) => body.name);
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
  });

  it.each([
    ['nobody made', () => Promise.resolve(`toce_${'A'.repeat(43)}`), 'unknown_token'],
    ['has no form at all', () => Promise.resolve('x'), 'unknown_token'],
    ['has been used up', usedUp, 'used_up_token'],
    ['was revoked', revoked, 'revoked_token'],
    ['has expired', expired, 'expired_token'],
    ['is a key of a host', keyOfHost, 'unknown_token'],
  ])('is refused with a token that %s', async (_what, make, code) => {
    const token = await make();
    const before = hostsOf(tenantId).length;
    const answer = await enrol(token, 'never');
    expect(refused(answer)).toEqual([403, code]);
    expect(answer.body).toHaveProperty('message', expect.stringMatching(/\.$/));
    expect(hostsOf(tenantId)).toHaveLength(before);
  });

  it('tells nothing apart among tokens that nobody made', async () => {
    const guesses = ['x', `toce_${'A'.repeat(43)}`, `toce_${'B'.repeat(43)}`, `toc_${'C'.repeat(43)}`, '💥'];
    const answers = await Promise.all(guesses.map((guess) => enrol(guess, 'never')));
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
  });

  it('is refused without the form that it needs', async () => {
    const { token } = await newToken();
    for (const body of [{}, { token }, { token: { $ne: '' }, name: 'x' }, { token, name: ' x' }]) {
      expect(refused(await hub.visitor().post('/enrol', body))).toEqual([400, 'invalid']);
    }
    expect(await tokens()).toMatchObject([{ used: 0 }]);
  });

  it('gives the use back when no host comes of it', async () => {
    const { token } = await newToken();
    vi.spyOn(hub.service(HostsService), 'create').mockRejectedValueOnce(new Error('away'));
    expect((await enrol(token, 'unlucky')).status).toBe(500);
    const keys = hub.service(HostKeysService);
    vi.spyOn(keys, 'create').mockRejectedValueOnce(new Error('away'));
    expect((await enrol(token, 'unlucky')).status).toBe(500);
    expect(await tokens()).toMatchObject([{ used: 0 }]);
    expect(hostsOf(tenantId).filter(({ name }) => name === 'unlucky')).toEqual([]);
    expect((await enrol(token, 'unlucky')).body.name).toBe('unlucky');
  });

  it('ends for a network that guesses at tokens, not for others nor for those that come too late', async () => {
    const { token } = await newToken({ uses: 2 });
    const guess = () => enrol(`toce_${'Z'.repeat(43)}`, 'never', '203.0.113.9');
    for (let i = 0; i < GUESSES_PER_NETWORK; i += 1) expect((await guess()).status).toBe(403);
    const answer = await enrol(token, 'guesser', '203.0.113.9');
    expect(refused(answer)).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await enrol(token, 'neighbour', '203.0.113.10')).status).toBe(201);
    expect((await enrol(token, 'neighbour', '203.0.113.10')).status).toBe(201);
    for (let i = 0; i < 2 * GUESSES_PER_NETWORK; i += 1) {
      expect(refused(await enrol(token, 'late', '203.0.113.10'))).toEqual([403, 'used_up_token']);
    }
  });
});

async function usedUp() {
  const { token } = await newToken();
  await enrol(token, 'first');
  return token;
}
async function revoked() {
  const { token, id } = await newToken();
  expect((await admin.delete(`/enrolment-tokens/${id}`)).status).toBe(204);
  expect((await admin.delete(`/enrolment-tokens/${id}`)).status).toBe(204);
  expect(await tokens()).toMatchObject([{ id, revokedAt: expect.any(Number) }]);
  return token;
}
async function expired() {
  const { token, id } = await newToken();
  await hub.database
    .collection('enrolmentTokens')
    .updateOne({ _id: new Types.ObjectId(id) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
  return token;
}
async function keyOfHost() {
  const host = await hub.service(HostsService).create(tenantId, { name: `keyed-${addresses}` });
  return (await hub.service(HostKeysService).create(tenantId, host.id)).key;
}
