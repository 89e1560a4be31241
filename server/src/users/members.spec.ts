import { Types } from 'mongoose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { startIngest } from '../../test/ingest.js';
import { UsersService } from './users.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
});
afterEach(async () => {
  await hub.stop();
  await database.drop();
});

it('lists the members of one’s own tenant by name, and nothing that is secret', async () => {
  const token = await hub.viewer();
  const add = (name: string, tenantId: string) =>
    hub
      .service(UsersService)
      .create({ tenantId, email: `${name}@example.org`, name, role: 'owner', passwordHash: 'hash' });
  const ada = await add('Ada', hub.tenantId);
  await add('Eve', new Types.ObjectId().toHexString());
  const response = await fetch(`${hub.url}/api/v1/members`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const members = (await response.json()) as unknown[];
  expect(members).toEqual([
    { id: ada.id, name: 'Ada', role: 'owner' },
    { id: expect.any(String), name: 'Viewer', role: 'viewer' },
  ]);
});
