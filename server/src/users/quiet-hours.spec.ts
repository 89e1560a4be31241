import { NO_QUIET_HOURS, type QuietHours } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startAccounts } from '../../test/accounts.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
let ada: Client;
beforeAll(async () => {
  hub = await startAccounts();
  ada = hub.signedIn(await hub.user('viewer'));
});
afterAll(() => hub?.stop());

const nights: QuietHours = {
  enabled: true,
  timeZone: 'Europe/Berlin',
  periods: [{ weekdays: ['mon', 'tue'], from: '22:00', to: '07:00' }],
  breakThrough: ['warning', 'critical'],
};
const read = (client: Client) => client.get<QuietHours>('/me/quiet-hours');
const save = (client: Client, body: unknown) => client.send<QuietHours>('PUT', '/me/quiet-hours', body);

describe('/me/quiet-hours', () => {
  it('are none at first: only critical things would break through them', async () => {
    expect(await read(ada)).toMatchObject({ status: 200, body: NO_QUIET_HOURS });
  });

  it('are kept for the person alone, whatever the role, and through a restart', async () => {
    expect(await save(ada, nights)).toMatchObject({ status: 200, body: nights });
    const again = await hub.another();
    const bob = await again.user('owner');
    expect((await read(again.signedIn(bob))).body).toEqual(NO_QUIET_HOURS);
    expect((await read(ada)).body).toEqual(nights);
    const { periods: _, ...none } = nights;
    await save(ada, { ...none, enabled: false, periods: [] });
    expect((await read(ada)).body).toEqual({ ...none, enabled: false, periods: [] });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a zone that is none', { timeZone: 'Nowhere/Land' }, '/timeZone'],
    ['no time at all', { periods: [] }, '/periods'],
    ['a time that is none', { periods: [{ ...nights.periods[0], to: '24:00' }] }, '/periods/0/to'],
    ['no day', { periods: [{ ...nights.periods[0], weekdays: [] }] }, '/periods/0/weekdays'],
    ['a severity that is none', { breakThrough: ['fatal'] }, '/breakThrough/0'],
    ['an unknown field', { userId: 'x' }, '/userId'],
  ])('refuse %s', async (_, over, field) => {
    expect(await save(ada, { ...nights, ...over })).toMatchObject({ status: 400, body: { field } });
  });

  it('are not for visitors', async () => {
    expect((await read(hub.visitor())).status).toBe(401);
    expect((await save(hub.visitor(), nights)).status).toBe(401);
  });
});
