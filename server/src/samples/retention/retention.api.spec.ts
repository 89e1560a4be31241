import { type ApiError, DEFAULT_RETENTION, type RetentionView, type Role } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { BOOT, sampleOf } from '../../../test/samples.js';
import { AccessTokens } from '../../auth/access-tokens.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { UsersService } from '../../users/users.service.js';
import { SamplesService } from '../samples.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let tenantId: string;
let tokens: Record<'admin' | 'viewer', string>;
beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  tenantId = (await hub.service(TenantsService).default()).id;
  tokens = { admin: await tokenOf('admin'), viewer: await tokenOf('viewer') };
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

async function tokenOf(role: Role): Promise<string> {
  const user = { tenantId, email: `${role}@example.org`, name: role, role, passwordHash: '-' };
  return hub.service(AccessTokens).sign(await hub.service(UsersService).create(user)).token;
}

async function retention<T = RetentionView>(as: keyof typeof tokens, put?: unknown) {
  const response = await fetch(`${hub.url}/api/v1/retention`, {
    method: put === undefined ? 'GET' : 'PUT',
    headers: { Authorization: `Bearer ${tokens[as]}`, 'Content-Type': 'application/json' },
    ...(put !== undefined && { body: JSON.stringify(put) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

describe('/retention', () => {
  it('tells everyone what is kept, and what nothing takes', async () => {
    const { status, body } = await retention('viewer');
    expect(status).toBe(200);
    expect(body).toMatchObject({ retention: DEFAULT_RETENTION, hosts: 0 });
    expect(body.forecast.map(({ tier, bytes }) => [tier, bytes])).toEqual(
      ['raw', '1m', '10m', '1h', '1d'].map((tier) => [tier, 0]),
    );
  });

  it('takes what an admin says, and tells it after a restart too', async () => {
    const own = { raw: 2, '1m': 7, '10m': 30, '1h': 90, '1d': 365 };
    expect(await retention('admin', own)).toMatchObject({ status: 200, body: { retention: own } });
    expect((await retention('viewer')).body.retention).toEqual(own);
    expect((await hub.service(TenantsService).get(tenantId))?.retention).toEqual(own);
  });

  it.each([
    ['a tier that ends before a finer one', { ...DEFAULT_RETENTION, '1h': 399 }, '/1h'],
    ['nothing', { ...DEFAULT_RETENTION, raw: 0 }, '/raw'],
    ['for ever', { ...DEFAULT_RETENTION, '1d': 40_000 }, '/1d'],
    ['a tier too few', { raw: 1, '1m': 1, '10m': 1, '1h': 1 }, '/1d'],
    ['a tier that there is not', { ...DEFAULT_RETENTION, '5m': 1 }, '/5m'],
  ])('refuses %s and changes nothing', async (_, wrong, field) => {
    const before = (await retention('viewer')).body.retention;
    expect(await retention<ApiError>('admin', wrong)).toMatchObject({ status: 400, body: { field } });
    expect((await retention('viewer')).body.retention).toEqual(before);
  });

  it('lets only admins change it', async () => {
    expect((await retention<ApiError>('viewer', DEFAULT_RETENTION)).status).toBe(403);
  });

  it('forecasts from what the hosts that report have stored', async () => {
    await retention('admin', DEFAULT_RETENTION);
    const host = await hub.service(HostsService).create(tenantId, { name: 'web-1' });
    hub.service(HostsService).savePresence(host.id, { status: 'online', since: Date.now() });
    await hub.service(HostsService).create(tenantId, { name: 'never-seen' });
    const begin = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
    for (let seq = 0; seq < 120; seq += 1) {
      const sample = sampleOf({ 'cpu.usage': seq % 7, 'ram.usage': 40 + (seq % 3) });
      const frame = { tenantId, hostId: host.id, bootId: BOOT, seq, t: begin + seq * 1_000, sample };
      hub.service(SamplesService).append(frame, () => {}, Date.now());
    }
    await hub.service(SamplesService).writeMinutes(Infinity);
    const { hosts, forecast } = (await retention('viewer')).body;
    expect(hosts).toBe(1);
    const raw = forecast[0]!;
    // Two series change by small steps: some bytes a second, some hundred thousand a day.
    expect(raw.bytesPerHostDay).toBeGreaterThan(100_000);
    expect(raw.bytesPerHostDay).toBeLessThan(1_000_000);
    expect(raw.bytes).toBe(raw.bytesPerHostDay * 30);
    expect(forecast.every(({ bytesPerHostDay }) => bytesPerHostDay > 0)).toBe(true);
  });
});
