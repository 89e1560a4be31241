import { FLAPS_ABOVE } from '@tocsin/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frame, startIngest, TestAgent } from '../../../test/ingest.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { RulesService } from '../rules/rules.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let agent: TestAgent;
let tenantId: string;
let key: string;
let seq = 0;

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  ({ tenantId } = hub);
  ({ key } = await hub.host('web-1'));
  const rules = hub.service(RulesService);
  for (const { id } of await rules.list(tenantId)) await rules.remove(tenantId, id);
  await rules.create(tenantId, {
    ...{ name: 'Service', enabled: true, metric: 'service.active', comparison: '<', firesAt: 1 },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' },
  });
  agent = await TestAgent.connected(hub.url, key);
});
afterEach(async () => {
  agent.close();
  await hub.stop();
  await database.drop();
});

const open = () => hub.service(IncidentsService).openOf(tenantId);

/** The service fails; what is open then. Before the next time it runs again. */
async function fail(): Promise<string[]> {
  agent.send('frame', frame((seq += 1), { services: [{ name: 'nginx', state: 'failed' }] }));
  await vi.waitFor(() => expect(open()).toHaveLength(1));
  return (open()[0]!.holds ?? []).map(({ by }) => by);
}
async function run(): Promise<void> {
  agent.send('frame', frame((seq += 1), { services: [{ name: 'nginx', state: 'active' }] }));
  await vi.waitFor(() => expect(open()).toEqual([]));
}

it('what opens once too often is told, and after that it is held, also by the next start of the hub', async () => {
  for (let times = 0; times <= FLAPS_ABOVE; times += 1) {
    expect(await fail()).toEqual([]);
    await run();
  }
  expect(await fail()).toEqual(['flapping']);
  await run();
  await hub.service(IncidentsService).written();
  agent.close();
  await hub.stop();
  hub = await startIngest(database.uri);
  agent = await TestAgent.connected(hub.url, key);
  expect(await fail()).toEqual(['flapping']);
});
