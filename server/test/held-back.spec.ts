import type { MaintenanceView, Silence } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IncidentsService } from '../src/alerting/incidents/incidents.service.js';
import type { HostRecord } from '../src/hosts/hosts.service.js';
import type { Client } from './accounts.js';
import { startQuiet } from './quiet.js';

interface Told {
  notifications: { items: { incidentId: string; kind: string }[] }[];
}

let hub: Awaited<ReturnType<typeof startQuiet>>;
let admin: Client;
let host: HostRecord;
beforeEach(async () => {
  hub = await startQuiet();
  admin = await hub.member('admin');
  host = await hub.host('web-1');
  // The policy that everybody has comes with the first look.
  await admin.get('/policies');
});
afterEach(() => hub?.stop());

/** What was told of an incident, in order. */
const told = async (id: string): Promise<string[]> => {
  const { notifications } = (await admin.get<Told>('/notifications?limit=100')).body;
  return notifications
    .flatMap(({ items }) => items.filter(({ incidentId }) => incidentId === id))
    .map(({ kind }) => kind)
    .reverse();
};
const hour = () => Date.now() + 3_600_000;
const matchers = () => ({ hostIds: [host.id] });

const ways: [string, () => Promise<() => Promise<unknown>>][] = [
  [
    'maintenance',
    async () => {
      const schedule = { kind: 'once', startsAt: Date.now(), endsAt: hour() };
      const window = { name: 'Updates', matchers: matchers(), schedule };
      const { id } = (await admin.post<MaintenanceView>('/maintenance', window)).body;
      return () => admin.post(`/maintenance/${id}/end`);
    },
  ],
  [
    'a silence',
    async () => {
      const silence = { matchers: matchers(), endsAt: hour() };
      const { id } = (await admin.post<Silence>('/silences', silence)).body;
      return () => admin.delete(`/silences/${id}`);
    },
  ],
];

describe.each(ways)('under %s', (_, begin) => {
  it('what is over before the end is never told, and what is still true is told then', async () => {
    const end = await begin();
    const [over, stays] = [hub.incident(host.id), hub.incident(host.id)];
    hub.service(IncidentsService).resolve(hub.tenantId, over.id, 'cleared', Date.now());
    // Meanwhile something else is told, so the hub had the time to tell of these too.
    const other = hub.incident((await hub.host(`db-${stays.id}`)).id);
    await vi.waitFor(async () => expect(await told(other.id)).toEqual(['firing']), 10_000);
    expect(await told(stays.id)).toEqual([]);
    await end();
    await vi.waitFor(async () => expect(await told(stays.id)).toEqual(['firing']), 10_000);
    expect(await told(over.id)).toEqual([]);
  });
});
