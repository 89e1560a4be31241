import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { TenantsService } from './tenants.service.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
beforeAll(async () => {
  hub = await startAccounts();
});
afterAll(() => hub.stop());

describe('TenantsService', () => {
  it('makes one default tenant, however many hubs ask for it at once', async () => {
    const other = await hub.another();
    const both = [hub.service(TenantsService), other.service(TenantsService)];
    const tenants = await Promise.all(Array.from({ length: 20 }, (_, i) => both[i % 2]!.default()));
    expect(new Set(tenants.map(({ id }) => id)).size).toBe(1);
    expect(await hub.database.collection('tenants').countDocuments()).toBe(1);
  });

  it('finds a tenant by its id, and only that', async () => {
    const tenants = hub.service(TenantsService);
    const tenant = await tenants.default();
    expect(await tenants.get(tenant.id)).toEqual(tenant);
    expect(await tenants.get(new Types.ObjectId().toHexString())).toBeUndefined();
  });
});
