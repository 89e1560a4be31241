import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frame, startIngest, TestAgent } from '../../../test/ingest.js';
import { RulesService } from '../rules/rules.service.js';
import { IncidentStore } from './incident-store.js';
import { IncidentsService } from './incidents.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let agent: TestAgent;

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  const { key } = await hub.host('web-1');
  await hub.service(RulesService).create(hub.tenantId, {
    ...{ name: 'nginx', enabled: true, metric: 'service.active', comparison: '<', firesAt: 1 },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' },
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
const open = () => hub.service(IncidentsService).openOf(hub.tenantId);

/** Incidents are not written until the returned function is called. */
function holdUpIncidents(): () => void {
  let goOn = () => {};
  const until = new Promise<void>((resolve) => (goOn = resolve));
  const store = hub.service(IncidentStore);
  const write = store.write.bind(store);
  vi.spyOn(store, 'write').mockImplementation(async (states) => {
    await until;
    return write(states);
  });
  return goOn;
}

it('a frame is acknowledged only when the incident that it opened is on disk', async () => {
  report(1, 'active');
  await vi.waitFor(() => expect(agent.acknowledged).toEqual([1]));
  const goOn = holdUpIncidents();
  const journal = database.connection.collection('journal');
  const before = await journal.countDocuments();
  report(2, 'failed');
  // The frame itself is safe long before that, and the hub goes on answering.
  await vi.waitFor(async () => expect(await journal.countDocuments()).toBeGreaterThan(before));
  expect(open()).toHaveLength(1);
  for (let answers = 1; answers <= 20; answers += 1) {
    agent.send('frame', {});
    await vi.waitFor(() => expect(agent.refusals).toHaveLength(answers));
  }
  expect(agent.acknowledged).toEqual([1]);
  goOn();
  await vi.waitFor(() => expect(agent.acknowledged).toEqual([1, 2]));
  expect(await database.connection.collection('incidents').countDocuments({ status: 'open' })).toBe(1);
});
