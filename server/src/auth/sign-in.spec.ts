import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { FAILURES_PER_ACCOUNT, FAILURES_PER_NETWORK } from './sign-in-throttle.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
beforeAll(async () => {
  hub = await startAccounts();
});
afterAll(() => hub.stop());

describe('sign-in', () => {
  it('gives an access token in the body, never the refresh token', async () => {
    const user = await hub.user('admin');
    const visitor = hub.visitor();
    const { status, body, headers } = await visitor.login(user.email);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String),
      expiresAt: expect.any(Number),
      me: {
        id: user.id,
        name: user.name,
        email: user.email,
        role: 'admin',
        tenant: { id: user.tenantId, name: 'Default' },
      },
    });
    expect(JSON.stringify(body)).not.toContain(visitor.cookie);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('does not care how the address is capitalised', async () => {
    const user = await hub.user('viewer');
    expect((await hub.visitor().login(user.email.toUpperCase())).status).toBe(200);
  });

  it('answers a wrong password and an unknown account in the same words', async () => {
    const user = await hub.user('viewer');
    const wrong = await hub.visitor().login(user.email, 'not the password');
    const unknown = await hub.visitor().login('nobody@example.org', 'not the password');
    expect(wrong.status).toBe(401);
    expect(wrong.body).toEqual({ code: 'unauthorized', message: 'Email or password is wrong.' });
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  });

  it.each([
    ['an operator of the database for a text', { email: { $gt: '' }, password: 'x' }, '/email'],
    ['no password', { email: 'a@b' }, '/password'],
    ['a field too many', { email: 'a@b', password: 'x', role: 'owner' }, '/role'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const answer = await hub.visitor().post('/auth/login', body);
    expect(answer.status).toBe(400);
    expect(answer.body.field).toBe(field);
  });

  it('stops one address after too many failures, and says for how long', async () => {
    const attacker = hub.visitor().at('192.0.2.10');
    for (let i = 0; i < FAILURES_PER_NETWORK; i++) {
      expect((await attacker.login(`${i}@example.org`, 'guess')).status).toBe(401);
    }
    const { status, body, headers } = await attacker.login('next@example.org', 'guess');
    expect(status).toBe(429);
    expect(body).toMatchObject({ code: 'too_many_requests' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const user = await hub.user('viewer');
    expect((await hub.visitor().at('192.0.2.11').login(user.email)).status).toBe(200);
  });

  it('counts many at once as many', async () => {
    const user = await hub.user('viewer');
    const answers = await Promise.all(
      Array.from({ length: 2 * FAILURES_PER_ACCOUNT }, () =>
        hub.visitor().at('192.0.2.20').login(user.email, 'guess'),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(FAILURES_PER_ACCOUNT);
  });

  it('lets the owner in at the usual address while others guess from everywhere', async () => {
    const user = await hub.user('owner');
    const usual = hub.visitor().at('203.0.113.5');
    expect((await usual.login(user.email)).status).toBe(200);
    for (let i = 0; i <= FAILURES_PER_ACCOUNT; i++) {
      await hub.visitor().at(`198.51.100.${i}`).login(user.email, 'guess');
    }
    expect((await hub.visitor().at('198.51.100.200').login(user.email)).status).toBe(429);
    expect((await usual.login(user.email)).status).toBe(200);
  });
});
