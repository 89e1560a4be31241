import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { cpu, frame, startIngest, TestAgent } from '../../test/ingest.js';
import { HostsService } from '../hosts/hosts.service.js';
import { LiveService } from './live.service.js';

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

const overview = (tenantId: string) =>
  hub.service(LiveService).overview(tenantId, undefined, Date.now()).hosts;

it('are shown by the next start of the hub, with the time they are from, until a frame comes', async () => {
  const { tenantId } = hub;
  const { host, key } = await hub.host('remembered');
  await hub.host('never-seen');
  const agent = await TestAgent.connected(hub.url, key);
  const last = frame(1, { cpu: { ...cpu, usage: 42 } });
  agent.send('frame', last);
  await vi.waitFor(() => expect(agent.acknowledged).toEqual([1]));
  agent.close();
  await hub.stop();

  hub = await startIngest(database.uri);
  const [remembered, neverSeen] = ['remembered', 'never-seen'].map((name) =>
    overview(tenantId).find((shown) => shown.name === name),
  );
  expect(remembered).toMatchObject({ id: host.id, summary: { t: last.t, cpu: 42 } });
  expect(remembered!.presence.status).not.toBe('online');
  expect(neverSeen).not.toHaveProperty('summary');

  const back = await TestAgent.connected(hub.url, key);
  back.send('frame', frame(1, { cpu: { ...cpu, usage: 7 } }));
  await vi.waitFor(() => expect(back.acknowledged).toEqual([1]));
  expect(overview(tenantId).find(({ id }) => id === host.id)).toMatchObject({ summary: { cpu: 7 } });
  back.close();
});

it('are saved only where something came since, and not at all once the host is removed', async () => {
  const { tenantId } = hub;
  const { host, key } = await hub.host('watched');
  const agent = await TestAgent.connected(hub.url, key);
  agent.send('frame', frame(1));
  await vi.waitFor(() => expect(agent.acknowledged).toEqual([1]));
  const saved = vi.spyOn(hub.service(HostsService), 'saveSummary');
  hub.service(LiveService).save();
  hub.service(LiveService).save();
  expect(saved).toHaveBeenCalledTimes(1);

  agent.send('frame', frame(2));
  await vi.waitFor(() => expect(agent.acknowledged).toEqual([1, 2]));
  await hub.service(HostsService).remove(tenantId, host.id);
  hub.service(LiveService).save();
  expect(saved).toHaveBeenCalledTimes(1);
  agent.close();
  await hub.stop();
  hub = await startIngest(database.uri);
  expect(overview(tenantId)).toEqual([]);
});
