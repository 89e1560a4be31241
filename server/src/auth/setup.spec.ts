import type { AuthStatus, Session } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, PASSWORD, startAccounts } from '../../test/accounts.js';
import { SetupService } from './setup.service.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
beforeEach(async () => {
  hub = await startAccounts();
});
afterEach(() => hub.stop());

const owner = (token: string, email = 'Ada@Example.org') => ({
  token,
  name: 'Ada',
  email,
  password: PASSWORD,
});
const setupNeeded = async (client: Client) => (await client.get<AuthStatus>('/auth/status')).body.setupNeeded;

describe('set-up of the first account', () => {
  it('makes the owner, signed in, with the token that the hub printed', async () => {
    const visitor = hub.visitor();
    expect(await setupNeeded(visitor)).toBe(true);

    const { status, body } = await visitor.post<Session>('/auth/setup', owner(hub.setupToken()));

    expect(status).toBe(201);
    expect(body.me).toMatchObject({
      name: 'Ada',
      email: 'ada@example.org',
      role: 'owner',
      tenant: { name: 'Default' },
    });
    expect((await new Client(hub.url, body.accessToken).get('/auth/me')).body).toEqual(body.me);
    expect((await visitor.post('/auth/refresh')).status).toBe(200);
    expect(await setupNeeded(visitor)).toBe(false);
  });

  it('prints a link that leads to the page with the token where no server log sees it', () => {
    expect(hub.service(SetupService).link()).toMatch(/^http:\/\/127\.0\.0\.1:8787\/setup#token=[\w-]{43}$/);
  });

  it('works once', async () => {
    const token = hub.setupToken();
    await hub.visitor().post('/auth/setup', owner(token));
    const again = await hub.visitor().post('/auth/setup', owner(token, 'eve@example.org'));
    expect(again.status).toBe(403);
    expect(hub.service(SetupService).link()).toBeUndefined();
    expect(await hub.database.collection('users').countDocuments()).toBe(1);
  });

  it('makes exactly one owner of many who try at once', async () => {
    const token = hub.setupToken();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        hub.visitor().post('/auth/setup', owner(token, `${i}@example.org`)),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403, 403, 403]);
    expect(await hub.database.collection('users').countDocuments()).toBe(1);
    expect(await hub.database.collection('tenants').countDocuments()).toBe(1);
  });

  it('refuses a wrong token and leaves the right one good', async () => {
    const { status, body } = await hub.visitor().post('/auth/setup', owner('guessed'));
    expect(status).toBe(403);
    expect(body.code).toBe('forbidden');
    expect((await hub.visitor().post('/auth/setup', owner(hub.setupToken()))).status).toBe(201);
  });

  it('keeps the token good when the account could not be made', async () => {
    const user = await hub.user('viewer');
    expect((await hub.visitor().post('/auth/setup', owner(hub.setupToken(), user.email))).status).toBe(500);
    expect((await hub.visitor().post('/auth/setup', owner(hub.setupToken()))).status).toBe(201);
  });

  it('takes a new token at each start for as long as there is no owner', async () => {
    const before = hub.setupToken();
    const restarted = await hub.another();
    expect(restarted.setupToken()).not.toBe(before);
    expect((await restarted.visitor().post('/auth/setup', owner(before))).status).toBe(403);
    expect((await restarted.visitor().post('/auth/setup', owner(restarted.setupToken()))).status).toBe(201);
    expect((await hub.another()).service(SetupService).link()).toBeUndefined();
  });

  it('stores nothing that the token could be read from', async () => {
    const stored = await hub.database.collection('secrets').find().toArray();
    expect(JSON.stringify(stored)).not.toContain(hub.setupToken());
  });

  it('names the field at fault', async () => {
    const answer = await hub.visitor().post('/auth/setup', { ...owner(hub.setupToken()), password: 'short' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid', field: '/password' });
  });
});
