import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { UsersService } from './users.service.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
let users: UsersService;
beforeAll(async () => {
  hub = await startAccounts();
  users = hub.service(UsersService);
});
afterAll(() => hub.stop());

describe('UsersService', () => {
  it('has one account an address, however it is written and whatever the tenant', async () => {
    const { id: _id, ...user } = await hub.user('viewer');
    const twin = { ...user, email: user.email.toUpperCase(), passwordHash: '-' };
    await expect(users.create(twin)).rejects.toThrow(/duplicate key/);
    await expect(users.create({ ...twin, tenantId: 'f'.repeat(24) })).rejects.toThrow(/duplicate key/);
  });

  it('knows a role from a word', async () => {
    const { id: _id, ...user } = await hub.user('viewer');
    await expect(
      users.create({ ...user, email: 'x@example.org', passwordHash: '-', role: 'god' as 'owner' }),
    ).rejects.toThrow(/role/);
  });

  it('gives the password hash to nobody but who asks for credentials', async () => {
    const user = await hub.user('viewer');
    expect(await users.byId(user.id)).toEqual(user);
    expect(await users.credentials(user.email)).toEqual({
      user,
      passwordHash: expect.stringMatching(/^\$argon2id\$/),
    });
  });

  it('tells whether there is an owner', async () => {
    expect(await users.hasOwner()).toBe(false);
    await hub.user('owner');
    expect(await users.hasOwner()).toBe(true);
  });
});
