import { JwtService } from '@nestjs/jwt';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { AccessTokens } from './access-tokens.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
let tokens: AccessTokens;
beforeAll(async () => {
  hub = await startAccounts();
  tokens = hub.service(AccessTokens);
});
afterAll(() => hub.stop());

describe('AccessTokens', () => {
  it('knows its own token, for fifteen minutes', async () => {
    const user = await hub.user('viewer');
    const { token, expiresAt } = tokens.sign(user);
    expect(await tokens.verify(token)).toEqual({
      userId: user.id,
      tenantId: user.tenantId,
      role: 'viewer',
      expiresAt,
    });
    expect(expiresAt - Date.now()).toBeGreaterThan(898_000);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(900_000);
  });

  it('says nothing of a user in a token but who it is', async () => {
    const { token } = tokens.sign(await hub.user('viewer'));
    expect(Object.keys(new JwtService().decode(token)).sort()).toEqual(['aud', 'exp', 'iat', 'sub']);
  });

  it('ends with its user', async () => {
    const user = await hub.user('viewer');
    const { token } = tokens.sign(user);
    await hub.database.collection('users').deleteOne({ _id: new Types.ObjectId(user.id) });
    expect(await tokens.verify(token)).toBeNull();
  });

  it('follows a change of role at once', async () => {
    const user = await hub.user('admin');
    const { token } = tokens.sign(user);
    await hub.database
      .collection('users')
      .updateOne({ _id: new Types.ObjectId(user.id) }, { $set: { role: 'viewer' } });
    expect(await tokens.verify(token)).toMatchObject({ role: 'viewer' });
  });

  it('outlives a restart, and counts at every hub on the same database', async () => {
    const { token } = tokens.sign(await hub.user('viewer'));
    const other = await hub.another();
    expect(await other.service(AccessTokens).verify(token)).not.toBeNull();
  });

  describe('refuses', () => {
    const secret = async () =>
      (await hub.database.collection<{ _id: string; value: string }>('secrets').findOne({
        _id: 'access-tokens',
      }))!.value;
    const soon = () => Math.floor(Date.now() / 1000) + 60;
    const forge = async (claims: object, options: object) =>
      new JwtService().sign(
        { sub: (await hub.user('owner')).id, aud: 'tocsin', exp: soon(), ...claims },
        options,
      );

    it('nothing of the forgery that the others below differ from in one point', async () => {
      expect(await tokens.verify(await forge({}, { secret: await secret() }))).not.toBeNull();
    });

    it('a token with another signature', async () => {
      expect(await tokens.verify(await forge({}, { secret: 'guessed' }))).toBeNull();
    });

    it('a token that has ended', async () => {
      const exp = Math.floor(Date.now() / 1000) - 1;
      expect(await tokens.verify(await forge({ exp }, { secret: await secret() }))).toBeNull();
    });

    it('a token for something else', async () => {
      expect(await tokens.verify(await forge({ aud: 'other' }, { secret: await secret() }))).toBeNull();
    });

    it('a token by another algorithm', async () => {
      const options = { secret: await secret(), algorithm: 'HS384' };
      expect(await tokens.verify(await forge({}, options))).toBeNull();
    });

    it('a token without a signature', async () => {
      expect(await tokens.verify(await forge({}, { secret: '', algorithm: 'none' }))).toBeNull();
    });

    it.each(['', 'x', 'a.b.c'])('"%s"', async (token) => {
      expect(await tokens.verify(token)).toBeNull();
    });
  });
});
