import { Controller, Get } from '@nestjs/common';
import { may, type Permission, PERMISSIONS, type Role, ROLES } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../auth/access-tokens.js';
import { type Client, startAccounts } from '../../test/accounts.js';
import { CurrentUser } from './current-user.decorator.js';
import { Public } from './public.decorator.js';
import { RequirePermission } from './require-permission.decorator.js';
import { SignedIn } from './signed-in.decorator.js';

const permissions = Object.keys(PERMISSIONS) as Permission[];
/** A colon would begin a parameter of the route. */
const pathOf = (permission: Permission) => `guarded/${permission.replace(':', '-')}`;

/** One route for each permission. */
const guarded = permissions.map((permission) => {
  @Controller(`api/v1/${pathOf(permission)}`)
  class Guarded {
    @Get()
    @RequirePermission(permission)
    enter() {
      return { entered: permission };
    }
  }
  return Guarded;
});

@Controller('api/v1/doors')
class Doors {
  @Get('forgotten')
  forgotten() {
    return 'open';
  }

  @Get('public')
  @Public()
  public() {
    return { open: true };
  }

  @Get('mine')
  @SignedIn()
  mine(@CurrentUser() user: Identity) {
    return user;
  }
}

@Controller('api/v1/hall')
@Public()
class Hall {
  @Get('vault')
  @RequirePermission('hosts:write')
  vault() {
    return 'open';
  }
}

let hub: Awaited<ReturnType<typeof startAccounts>>;
const clients = {} as Record<Role, Client>;

beforeAll(async () => {
  hub = await startAccounts({ controllers: [...guarded, Doors, Hall] });
  for (const role of ROLES) clients[role] = hub.signedIn(await hub.user(role));
});
afterAll(() => hub.stop());

describe('AccessGuard', () => {
  const cells = permissions.flatMap((permission) =>
    ROLES.map((role) => ({ permission, role, answer: may(role, permission) ? 200 : 403 })),
  );
  it.each(cells)('answers $answer to $role at $permission', async ({ permission, role, answer }) => {
    expect((await clients[role].get(`/${pathOf(permission)}`)).status).toBe(answer);
  });

  it.each(permissions)('lets no visitor in at %s', async (permission) => {
    const { status, body } = await hub.visitor().get(`/${pathOf(permission)}`);
    expect(status).toBe(401);
    expect(body).toEqual({ code: 'unauthorized', message: 'Please sign in.' });
  });

  it('keeps a route closed, even to the owner, that does not say who may use it', async () => {
    expect((await clients.owner.get('/doors/forgotten')).status).toBe(403);
    expect((await hub.visitor().get('/doors/forgotten')).status).toBe(401);
  });

  it('lets everybody in where a route says so', async () => {
    expect((await hub.visitor().get('/doors/public')).status).toBe(200);
  });

  it('heeds what a method says before what its class says', async () => {
    expect((await hub.visitor().get('/hall/vault')).status).toBe(401);
    expect((await clients.viewer.get('/hall/vault')).status).toBe(403);
  });

  it('tells the route who is there', async () => {
    const user = await hub.user('operator');
    const { body } = await hub.signedIn(user).get('/doors/mine');
    expect(body).toEqual({
      userId: user.id,
      tenantId: user.tenantId,
      role: 'operator',
      expiresAt: expect.any(Number),
    });
  });

  it.each([
    ['a token that is none', 'Bearer nonsense'],
    ['another scheme', 'Basic b3duZXI6b3duZXI='],
    ['an empty header', ''],
  ])('takes %s for no sign-in', async (_what, authorization) => {
    const { status } = await hub
      .visitor()
      .send('GET', '/doors/mine', undefined, { Authorization: authorization });
    expect(status).toBe(401);
  });
});
