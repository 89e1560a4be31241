import { HOST_LOST } from '@tocsin/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frame, startIngest, TestAgent } from '../../../test/ingest.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { RulesService } from '../rules/rules.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let agent: TestAgent;
let key: string;

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  ({ key } = await hub.host('web-1'));
  const rules = hub.service(RulesService);
  for (const { id } of await rules.list(hub.tenantId)) await rules.remove(hub.tenantId, id);
  const at = { enabled: true, comparison: '<', firesAt: 1, forSeconds: 0, keepFiringSeconds: 0 } as const;
  await rules.create(hub.tenantId, { ...at, name: 'Service', metric: 'service.active', severity: 'warning' });
  await rules.create(hub.tenantId, {
    ...{ ...at, comparison: '>=', name: 'Lost', metric: HOST_LOST.id, severity: 'critical' },
  });
  agent = await TestAgent.connected(hub.url, key);
});
afterEach(async () => {
  agent.close();
  await hub.stop();
  await database.drop();
});

const report = (seq: number, state: 'active' | 'failed') =>
  agent.send('frame', frame(seq, { services: [{ name: 'nginx', state }] }));
const open = () =>
  hub
    .service(IncidentsService)
    .openOf(hub.tenantId)
    .map(({ ruleName, holds }) =>
      [ruleName, ...(holds ?? []).map(({ by, name }) => `${by} ${name}`)].join(', '),
    );

it('a host that is lost holds back the rest of it, also after a restart, and lets it go when it is back', async () => {
  report(1, 'failed');
  await vi.waitFor(() => expect(open()).toEqual(['Service']));
  agent.close();
  await vi.waitFor(() => expect(open()).toEqual(['Service, inhibited Lost', 'Lost']), 5_000);
  await hub.service(IncidentsService).written();

  await hub.stop();
  hub = await startIngest(database.uri, {});
  const of = (tenantId: string) => hub.service(IncidentsService).openOf(tenantId);
  const { tenantId } = (await database.connection.collection('incidents').findOne({}))!;
  const holds = () => of(String(tenantId)).map(({ ruleName, holds: by }) => `${ruleName} ${by?.length ?? 0}`);
  hub.service(IncidentsService).review(Date.now());
  expect(holds()).toEqual(['Service 1', 'Lost 0']);
  agent = await TestAgent.connected(hub.url, key);
  let seq = 0;
  const reports = setInterval(() => report((seq += 1), 'failed'), 200);
  await vi.waitFor(() => expect(holds()).toEqual(['Service 0']), 15_000);
  clearInterval(reports);
}, 30_000);
