import { EventEmitter2 } from '@nestjs/event-emitter';
import type { AgentFacts } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { HUB_EVENTS, type HostEvent } from '../events/hub-events.js';
import { HostsService } from './hosts.service.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
let hosts: HostsService;
let tenantId: string;
let told: [event: string, payload: HostEvent][];

beforeAll(async () => {
  hub = await startAccounts();
  hosts = hub.service(HostsService);
  for (const event of [HUB_EVENTS.hostCreated, HUB_EVENTS.hostChanged, HUB_EVENTS.hostRemoved]) {
    hub.service(EventEmitter2).on(event, (payload: HostEvent) => told.push([event, payload]));
  }
});
afterAll(() => hub.stop());
beforeEach(() => {
  tenantId = new Types.ObjectId().toHexString();
  told = [];
});

const facts: AgentFacts = {
  bootId: '0123456789abcdef',
  version: '0.1.0',
  hostname: 'web-1',
  os: 'Debian 13',
  kernel: '6.12',
  arch: 'x64',
  cpus: 2,
  memTotal: 4e9,
  bootTime: 0,
  interval: 1000,
};
const stored = (id: string) => hub.database.collection('hosts').findOne({ _id: new Types.ObjectId(id) });

describe('HostsService', () => {
  it('has a new host in memory and in MongoDB, as one that was never seen', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1', tags: ['prod'] });
    expect(hosts.get(host.id)).toBe(host);
    expect([...hosts.all()]).toContain(host);
    expect(host).toMatchObject({ tenantId, tags: ['prod'], simulated: false, presence: { status: 'never' } });
    expect(await stored(host.id)).toMatchObject({ name: 'web-1' });
    expect(told).toEqual([[HUB_EVENTS.hostCreated, { tenantId, hostId: host.id }]]);
  });

  it('knows after a restart all that it knew before', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1', tags: ['prod'] });
    hosts.introduced(host.id, facts);
    hosts.savePresence(host.id, { status: 'online', since: 5 });
    await expect.poll(async () => (await stored(host.id))?.presence.status).toBe('online');
    const restarted = await hub.another();
    expect(restarted.service(HostsService).get(host.id)).toEqual(host);
  });

  it('lists the hosts of one tenant as people count', async () => {
    for (const name of ['web-10', 'web-2', 'db']) await hosts.create(tenantId, { name });
    await hosts.create(new Types.ObjectId().toHexString(), { name: 'other' });
    expect(hosts.list(tenantId).map(({ name }) => name)).toEqual(['db', 'web-2', 'web-10']);
  });

  it('gives a name to one host of a tenant, however many ask at once', async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 5 }, () => hosts.create(tenantId, { name: 'web-1' })),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(hosts.list(tenantId)).toHaveLength(1);
  });

  it('lets another tenant have the same name', async () => {
    await hosts.create(tenantId, { name: 'web-1' });
    const other = new Types.ObjectId().toHexString();
    await expect(hosts.create(other, { name: 'web-1' })).resolves.toMatchObject({ tenantId: other });
  });

  it('changes only what it is told to', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1', tags: ['prod'] });
    await hosts.update(tenantId, host.id, { name: 'web-2' });
    expect(hosts.get(host.id)).toMatchObject({ name: 'web-2', tags: ['prod'] });
    expect(await stored(host.id)).toMatchObject({ name: 'web-2', tags: ['prod'] });
    expect(told.at(-1)).toEqual([HUB_EVENTS.hostChanged, { tenantId, hostId: host.id }]);
  });

  it('keeps the old name when the new one is taken', async () => {
    await hosts.create(tenantId, { name: 'web-1' });
    const host = await hosts.create(tenantId, { name: 'web-2' });
    await expect(hosts.update(tenantId, host.id, { name: 'web-1' })).rejects.toMatchObject({ status: 409 });
    expect(hosts.get(host.id)?.name).toBe('web-2');
  });

  it('forgets a host that is removed', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1' });
    await hosts.remove(tenantId, host.id);
    expect(hosts.get(host.id)).toBeUndefined();
    expect(await stored(host.id)).toBeNull();
    expect(told.at(-1)).toEqual([HUB_EVENTS.hostRemoved, { tenantId, hostId: host.id }]);
  });

  it('tells of a removal once, however many ask for it at once', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1' });
    await Promise.all([hosts.remove(tenantId, host.id), hosts.remove(tenantId, host.id)]);
    expect(told.filter(([event]) => event === HUB_EVENTS.hostRemoved)).toHaveLength(1);
  });

  describe('introduced', () => {
    it('shows what an agent says of itself at once, before MongoDB has it', async () => {
      const host = await hosts.create(tenantId, { name: 'web-1' });
      hosts.introduced(host.id, { ...facts, simulated: true });
      expect(hosts.get(host.id)).toMatchObject({ facts: { hostname: 'web-1' }, simulated: true });
      expect(told.at(-1)?.[0]).toBe(HUB_EVENTS.hostChanged);
      await expect.poll(async () => (await stored(host.id))?.facts?.hostname).toBe('web-1');
    });

    it('says and writes nothing when an agent comes back the same', async () => {
      const host = await hosts.create(tenantId, { name: 'web-1' });
      hosts.introduced(host.id, facts);
      told = [];
      hosts.introduced(host.id, { ...facts });
      expect(told).toEqual([]);
    });

    it('minds nothing about a host that was just removed', async () => {
      const host = await hosts.create(tenantId, { name: 'web-1' });
      await hosts.remove(tenantId, host.id);
      hosts.introduced(host.id, facts);
      hosts.savePresence(host.id, { status: 'lost', since: 1 });
      expect(hosts.get(host.id)).toBeUndefined();
    });
  });

  it('remembers how often a host posts until an agent reports it', async () => {
    const host = await hosts.create(tenantId, { name: 'web-1' });
    hosts.savePostedEvery(host.id, null);
    expect(told.map(([event]) => event)).toEqual([HUB_EVENTS.hostCreated]);
    hosts.savePostedEvery(host.id, 60_000);
    expect(hosts.get(host.id)?.postedEvery).toBe(60_000);
    expect(told.at(-1)?.[0]).toBe(HUB_EVENTS.hostChanged);
    await expect.poll(async () => (await stored(host.id))?.postedEvery).toBe(60_000);
    hosts.savePostedEvery(host.id, null);
    await expect.poll(async () => (await stored(host.id))?.postedEvery).toBeNull();
  });

  it("changes nothing through another tenant's eyes", async () => {
    const host = await hosts.create(tenantId, { name: 'web-1' });
    const other = new Types.ObjectId().toHexString();
    await expect(hosts.update(other, host.id, { name: 'x' })).rejects.toMatchObject({ status: 404 });
    await expect(hosts.remove(other, host.id)).rejects.toMatchObject({ status: 404 });
    expect(await stored(host.id)).toMatchObject({ name: 'web-1' });
  });
});
