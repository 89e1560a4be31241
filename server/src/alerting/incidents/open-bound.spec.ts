import { DEFAULT_RULES, HOST_LOST, type RuleSettings, type ServiceReading } from '@tocsin/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frame, startIngest, TestAgent } from '../../../test/ingest.js';
import { RulesService } from '../rules/rules.service.js';
import { IncidentsService, OPEN_PER_HOST } from './incidents.service.js';

const SERVICES = OPEN_PER_HOST + 100;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let agent: TestAgent;
let seq = 0;

const settings: RuleSettings = {
  name: 'Service down',
  enabled: true,
  metric: 'service.active',
  comparison: '<',
  firesAt: 1,
  forSeconds: 0,
  keepFiringSeconds: 0,
  severity: 'critical',
};
const open = () => hub.service(IncidentsService).openOf(hub.tenantId);
const crowded = () => hub.warnings.filter((line) => line.includes(`${OPEN_PER_HOST} incidents`));

/** All services failed but the first so many; resolves when the hub has dealt with it. */
async function report(running: number): Promise<void> {
  const services = Array.from({ length: SERVICES }, (_, i): ServiceReading => ({
    name: `unit-${i}`,
    state: i < running ? 'active' : 'failed',
  }));
  const { length } = agent.acknowledged;
  agent.send('frame', frame((seq += 1), { services }));
  await vi.waitFor(() => expect(agent.acknowledged.length).toBeGreaterThan(length));
}

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  const { key } = await hub.host('crowded');
  await hub.service(RulesService).create(hub.tenantId, settings);
  agent = await TestAgent.connected(hub.url, key);
});
afterEach(async () => {
  agent.close();
  await hub.stop();
  await database.drop();
});

it('opens so many incidents of one host and says once that there would be more', async () => {
  await report(0);
  await report(0);
  expect(open()).toHaveLength(OPEN_PER_HOST);
  expect(crowded()).toHaveLength(1);
});

it('opens the others as soon as some are resolved, and says so again only after a calm', async () => {
  await report(0);
  await report(50);
  expect(open()).toHaveLength(OPEN_PER_HOST);
  expect(open().at(-1)).toMatchObject({ status: 'open' });
  await report(SERVICES);
  expect(open()).toEqual([]);
  expect(crowded()).toHaveLength(1);
  await report(0);
  expect(open()).toHaveLength(OPEN_PER_HOST);
  expect(crowded()).toHaveLength(2);
});

it('never holds back that the host itself is lost', async () => {
  await hub.service(RulesService).list(hub.tenantId);
  const lost = DEFAULT_RULES.find(({ settings: { metric } }) => metric === HOST_LOST.id)!;
  await hub.service(RulesService).create(hub.tenantId, { ...lost.settings, forSeconds: 0 });
  await report(0);
  agent.close();
  await vi.waitFor(() => expect(open().map(({ metric }) => metric)).toContain(HOST_LOST.id));
  expect(open()).toHaveLength(OPEN_PER_HOST + 1);
});
