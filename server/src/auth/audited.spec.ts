import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PASSWORD, startAccounts } from '../../test/accounts.js';
import { GRACE_MS } from './refresh-rotation.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
beforeAll(async () => {
  hub = await startAccounts();
});
beforeEach(() => hub.database.collection('audit').deleteMany());
afterAll(() => hub.stop());

const stored = () =>
  hub.database
    .collection('audit')
    .find({}, { sort: { _id: 1 } })
    .toArray();

it('writes down who set the hub up, and no word of the secrets', async () => {
  const token = hub.setupToken();
  const body = { token, name: 'Ada', email: 'ada@example.org', password: 'a long enough secret' };
  const { status } = await hub.visitor().post('/auth/setup', body, { 'User-Agent': 'Firefox' });
  expect(status).toBe(201);
  const entries = await stored();
  expect(entries).toMatchObject([{ action: 'auth.setup', actor: { name: 'Ada' }, program: 'Firefox' }]);
  for (const secret of [token, body.password]) expect(JSON.stringify(entries)).not.toContain(secret);
});

it('writes down who signs in with a program that does not say its name', async () => {
  const { email } = await hub.user('viewer');
  const { status } = await hub
    .visitor()
    .post('/auth/login', { email, password: PASSWORD }, { 'User-Agent': '' });
  expect(status).toBe(200);
  expect(await stored()).toMatchObject([{ action: 'auth.login', program: '' }]);
});

it('writes down who signs in and out, from where, and nothing of what they typed', async () => {
  const { id, name, email } = await hub.user('admin');
  const visitor = hub.visitor().at('192.0.2.7');
  await visitor.login(email);
  const { cookie } = visitor;
  await visitor.post('/auth/refresh');
  await visitor.post('/auth/logout');
  await visitor.post('/auth/logout');
  const entries = await stored();
  const about = { actor: { id, name }, target: { id, name }, address: '192.0.2.7' };
  expect(entries).toMatchObject([
    { action: 'auth.login', ...about },
    { action: 'auth.logout', ...about },
  ]);
  for (const secret of [PASSWORD, ...cookie!.split('.').slice(1)]) {
    expect(JSON.stringify(entries)).not.toContain(secret);
  }
});

it('writes down a failed sign-in of an account that there is, and no other', async () => {
  const { id, email } = await hub.user('viewer');
  await hub.visitor().login('nobody@example.org', 'not the password');
  await hub.visitor().login(email, 'not the password');
  await vi.waitUntil(async () => (await stored()).length > 0);
  const entries = await stored();
  expect(entries).toMatchObject([
    { action: 'auth.login-failed', actor: { name: 'unknown' }, target: { id } },
  ]);
  expect(JSON.stringify(entries)).not.toContain('not the password');
});

it('writes down a session that ends because its token came back', async () => {
  const { id, email } = await hub.user('viewer');
  const owner = hub.visitor();
  await owner.login(email);
  const thief = hub.visitor();
  thief.cookie = owner.cookie;
  await owner.post('/auth/refresh');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + GRACE_MS + 1_000 });
  await thief.post('/auth/refresh');
  vi.useRealTimers();
  expect((await stored()).at(-1)).toMatchObject({
    ...{ action: 'auth.session-ended', actor: { name: 'system' }, target: { id } },
  });
});

it('writes down which token a host enrolled with, and neither the token nor the key', async () => {
  const admin = hub.signedIn(await hub.user('admin'));
  const { body } = await admin.post<{ token: string; hint: string }>('/enrolment-tokens', { note: 'Rack 3' });
  const enrolled = await hub
    .visitor()
    .post<{ hostId: string; key: string }>('/enrol', { token: body.token, name: 'web-1' });
  const entries = await stored();
  expect(entries).toMatchObject([
    { action: 'enrolment-tokens.create', target: { name: 'Rack 3' } },
    {
      action: 'enrolment.enrol',
      actor: { name: `Enrolment token ${body.hint}…` },
      target: { id: enrolled.body.hostId, name: 'web-1' },
    },
  ]);
  for (const secret of [body.token, enrolled.body.key]) expect(JSON.stringify(entries)).not.toContain(secret);
});
