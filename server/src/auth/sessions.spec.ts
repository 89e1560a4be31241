import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, startAccounts } from '../../test/accounts.js';
import { GRACE_MS } from './refresh-rotation.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
beforeAll(async () => {
  hub = await startAccounts();
});
afterAll(() => hub.stop());
afterEach(() => vi.useRealTimers());

async function signIn(): Promise<Client> {
  const client = hub.visitor();
  await client.login((await hub.user('viewer')).email);
  return client;
}
/** Another holder of the same cookie. */
function copyOf({ cookie }: Client): Client {
  const copy = hub.visitor();
  copy.cookie = cookie;
  return copy;
}
const refresh = async (client: Client) => (await client.post('/auth/refresh')).status;
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
const sessionsOf = (client: Client) =>
  hub.database
    .collection<{ _id: string; tokens: unknown[] }>('sessions')
    .find({ _id: client.cookie!.split('.')[1] })
    .toArray();

describe('a session', () => {
  it('goes on with a new cookie at each refresh', async () => {
    const client = await signIn();
    const first = client.cookie;
    const { status, body } = await client.post('/auth/refresh');
    expect(status).toBe(200);
    expect(body).toMatchObject({ accessToken: expect.any(String), me: { role: 'viewer' } });
    expect(client.cookie).not.toBe(first);
    expect(await refresh(client)).toBe(200);
  });

  it('is stored without any token that could be used', async () => {
    const client = await signIn();
    await refresh(client);
    const secret = client.cookie!.split('.')[2]!;
    expect(JSON.stringify(await sessionsOf(client))).not.toContain(secret);
  });

  it('survives two tabs that refresh with the same cookie, whichever answer stays', async () => {
    const client = await signIn();
    const tabs = [copyOf(client), copyOf(client), copyOf(client)];
    expect(await Promise.all(tabs.map(refresh))).toEqual([200, 200, 200]);
    expect(new Set(tabs.map(({ cookie }) => cookie)).size).toBe(3);
    later(15 * 60_000);
    expect(await refresh(tabs[1]!)).toBe(200);
  });

  it('ends for thief and owner alike when an exchanged token comes back', async () => {
    const owner = await signIn();
    const thief = copyOf(owner);
    expect(await refresh(owner)).toBe(200);
    later(GRACE_MS + 1000);
    expect(await refresh(thief)).toBe(401);
    expect(await refresh(owner)).toBe(401);
  });

  it('leaves other sessions of the same user alone when it ends so', async () => {
    const user = await hub.user('viewer');
    const [phone, desk] = [hub.visitor(), hub.visitor()];
    await phone.login(user.email);
    await desk.login(user.email);
    const thief = copyOf(desk);
    await refresh(desk);
    later(GRACE_MS + 1000);
    await refresh(thief);
    expect(await refresh(desk)).toBe(401);
    expect(await refresh(phone)).toBe(200);
  });

  it('stays small however often it is refreshed', async () => {
    const client = await signIn();
    for (let i = 0; i < 5; i++) {
      later(60_000);
      await refresh(client);
    }
    expect((await sessionsOf(client))[0]!.tokens.length).toBeLessThanOrEqual(2);
  });

  it('ends after thirty days without a refresh, and not before', async () => {
    const [late, inTime] = [await signIn(), await signIn()];
    later(29 * 86_400_000);
    expect(await refresh(inTime)).toBe(200);
    later(2 * 86_400_000);
    expect(await refresh(inTime)).toBe(200);
    expect(await refresh(late)).toBe(401);
  });

  it('ends at sign-out, which takes the cookie away', async () => {
    const client = await signIn();
    const copy = copyOf(client);
    expect((await client.post('/auth/logout')).status).toBe(204);
    expect(client.cookie).toBeUndefined();
    expect(await refresh(copy)).toBe(401);
  });

  it('ends with its user', async () => {
    const user = await hub.user('viewer');
    const client = hub.visitor();
    await client.login(user.email);
    await hub.database.collection('users').deleteOne({ _id: new Types.ObjectId(user.id) });
    expect(await refresh(client)).toBe(401);
    expect(await sessionsOf(client)).toEqual([]);
  });

  it.each([
    ['no cookie', undefined],
    ['a cookie that is none', 'nonsense'],
    ['a session that never was', `${'a'.repeat(24)}.${'b'.repeat(43)}.${'c'.repeat(43)}`],
  ])('is not made by a refresh with %s', async (_what, cookie) => {
    const client = hub.visitor();
    client.cookie = cookie;
    expect((await client.post('/auth/refresh')).status).toBe(401);
    expect((await client.post('/auth/logout')).status).toBe(204);
  });

  it('cannot be reached through another tenant', async () => {
    const client = await signIn();
    const [, id, secret] = client.cookie!.split('.');
    const foreign = copyOf(client);
    foreign.cookie = [new Types.ObjectId().toHexString(), id, secret].join('.');
    expect(await refresh(foreign)).toBe(401);
    expect(await refresh(client)).toBe(200);
  });
});

describe('the cookie', () => {
  const cookieOf = async (at: typeof hub) =>
    (await at.visitor().login((await at.user('viewer')).email)).headers.getSetCookie()[0];

  it('is out of reach of scripts, of other sites and of other routes', async () => {
    const cookie = await cookieOf(hub);
    expect(cookie).toMatch(/; HttpOnly(;|$)/);
    expect(cookie).toMatch(/; SameSite=Strict(;|$)/);
    expect(cookie).toMatch(/; Path=\/api\/v1\/auth(;|$)/);
    expect(cookie).toMatch(/; Max-Age=2592000(;|$)/);
    expect(cookie).not.toMatch(/; Secure/);
    expect(cookie).not.toMatch(/; Domain/);
  });

  it('travels over https only where the hub is known by an https address', async () => {
    const secure = await startAccounts({ config: { publicUrl: 'https://tocsin.example.org' } });
    try {
      expect(await cookieOf(secure)).toMatch(/; Secure(;|$)/);
    } finally {
      await secure.stop();
    }
  });
});

describe('a request from a page', () => {
  const from = async (origin: string, path = '/auth/refresh') =>
    (await (await signIn()).post(path, undefined, { Origin: origin })).status;

  it('of the hub itself is heard, by the address it was asked at or by its public one', async () => {
    expect(await from(hub.url)).toBe(200);
    expect(await from('http://127.0.0.1:8787')).toBe(200);
  });

  it.each(['https://evil.example', 'http://127.0.0.1:9999', 'http://tocsin.127.0.0.1.nip.io', 'null'])(
    'of %s is refused, for it may not act with the cookie',
    async (origin) => {
      expect(await from(origin)).toBe(403);
      expect(await from(origin, '/auth/logout')).toBe(403);
    },
  );
});
