import { HUB_NETWORK, type Incident, type PresenceStatus } from '@tocsin/shared';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startQuiet } from '../../../test/quiet.js';
import { HUB_EVENTS } from '../../events/hub-events.js';
import { IncidentActions } from '../incidents/incident-actions.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { HubNetworkService } from './hub-network.service.js';

let world: Awaited<ReturnType<typeof startQuiet>>;
let hosts: string[];
beforeEach(async () => {
  world = await startQuiet();
  hosts = [];
  for (let n = 0; n < 6; n += 1) hosts.push((await world.host(`web-${n}`)).id);
  become(hosts, 'online');
});
afterEach(() => world.stop());

/** As the hub would find out by itself. */
function become(ids: readonly string[], status: PresenceStatus): void {
  for (const hostId of ids) {
    const event = { tenantId: world.tenantId, hostId, presence: { status, since: Date.now() } };
    world.service(EventEmitter2).emit(HUB_EVENTS.presenceChanged, event);
  }
}
const all = (): Incident[] => world.service(IncidentsService).openOf(world.tenantId);
const aboutHub = () => all().filter(({ metric }) => metric === HUB_NETWORK);
const lost = (hostId: string) =>
  world.incident(hostId, { metric: 'host.lost', instance: undefined, ruleName: 'Host lost' });
const letPass = (ms: number) => {
  world.service(HubNetworkService).tick(Date.now() + ms);
  world.service(IncidentsService).review(Date.now() + ms);
};

it('one incident holds back those of all hosts that vanished, until most are back', async () => {
  become(hosts.slice(0, 5), 'lost');
  expect(aboutHub()).toEqual([]);
  letPass(5_000);
  const [hub] = aboutHub();
  expect(hub).toMatchObject({ hostName: 'Hub', severity: 'critical', openedValue: 5 });
  const [held, own] = [lost(hosts[0]!), world.incident(hosts[0]!)];
  expect(held.holds).toEqual([{ by: 'inhibited', id: hub!.id, name: 'Many hosts vanished at once' }]);
  expect(own.holds?.map(({ by }) => by)).not.toContain('silence');
  const late = lost(hosts[4]!);
  become(hosts.slice(0, 4), 'online');
  letPass(1_000);
  expect(aboutHub()).toHaveLength(1);
  letPass(11_000);
  expect(aboutHub()).toEqual([]);
  expect(world.holds(late.id)).toBeUndefined();
});

it('few, and those that were stopped on purpose, open none', () => {
  become(hosts.slice(0, 4), 'lost');
  become(hosts.slice(4), 'stopped');
  letPass(6_000);
  expect(aboutHub()).toEqual([]);
});

it('is resolved by hand for good: each host counts for itself then', async () => {
  become(hosts, 'lost');
  letPass(5_000);
  const held = lost(hosts[0]!);
  const ada = { id: '000000000000000000000001', name: 'Ada', via: 'web' };
  const [hub] = aboutHub();
  await world.service(IncidentActions).do(world.tenantId, hub!.id, { kind: 'resolve' }, ada, Date.now());
  letPass(0);
  expect(aboutHub()).toEqual([]);
  expect(world.holds(held.id)).toBeUndefined();
});

it('a hub that starts takes nobody for vanished', async () => {
  await world.restart();
  become(hosts, 'stale');
  become(hosts, 'lost');
  letPass(6_000);
  expect(aboutHub()).toEqual([]);
});

it('goes on over a restart, and ends there when there is nothing left of it', async () => {
  become(hosts, 'lost');
  letPass(5_000);
  const [hub] = aboutHub();
  await world.service(IncidentsService).written();
  await world.restart();
  expect(aboutHub().map(({ id }) => id)).toEqual([hub!.id]);
  become(hosts, 'online');
  letPass(0);
  expect(aboutHub()).toEqual([]);
});
