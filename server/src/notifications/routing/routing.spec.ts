import {
  DEFAULT_POLICY,
  type Firing,
  HOST_LOST,
  NO_QUIET_HOURS,
  type NotificationItem,
  type NotificationPage,
  type Role,
  WEEKDAYS,
} from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { Holders } from '../../alerting/incidents/holders.js';
import { IncidentsService, type NewIncident } from '../../alerting/incidents/incidents.service.js';
import { PoliciesService } from '../../alerting/policies/policies.service.js';
import { RulesService } from '../../alerting/rules/rules.service.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { UsersService } from '../../users/users.service.js';
import { Outbox } from '../outbox/outbox.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let tenantId: string;
let people: Record<string, string>;

const person = async (name: string, role: Role) =>
  (
    await hub
      .service(UsersService)
      .create({ tenantId, email: `${name}@example.org`, name, role, passwordHash: '-' })
  ).id;

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  tenantId = (await hub.service(TenantsService).default()).id;
  people = {
    ada: await person('ada', 'owner'),
    grace: await person('grace', 'operator'),
    eve: await person('eve', 'viewer'),
  };
  // Incidents of rules that are not there end when the rules are read.
  await hub.service(RulesService).ready(tenantId);
  await hub.service(PoliciesService).list(tenantId);
});
afterEach(async () => {
  await hub.stop();
  await database.drop();
});

const firing = (now = Date.now()): Firing => ({
  phase: 'firing',
  since: now,
  openedAt: now,
  seen: now,
  opened: 1,
  worst: 1,
  last: 1,
});
const about = (over: Partial<NewIncident> = {}): NewIncident => ({
  ruleId: new Types.ObjectId().toHexString(),
  ruleName: 'Disk almost full',
  hostId: new Types.ObjectId().toHexString(),
  hostName: 'web-1',
  metric: 'disk.usage',
  instance: '/',
  severity: 'critical',
  comparison: '>',
  firesAt: 90,
  ...over,
});
const open = (over: Partial<NewIncident> = {}) =>
  hub.service(IncidentsService).open(tenantId, about(over), firing())!.id;

/** What is in the outbox, oldest first: recipient, and what it is told of which host. */
async function told(): Promise<string[]> {
  const { notifications } = await hub.service(Outbox).page(tenantId, { limit: 200 });
  const nameOf = (id: string) => Object.keys(people).find((name) => people[name] === id);
  const words = ({ kind, hostName }: NotificationItem) => `${kind} ${hostName}`;
  return notifications
    .reverse()
    .map(({ recipient, items }) =>
      items.length > 5
        ? `${nameOf(recipient.id)} ${items.length}`
        : `${nameOf(recipient.id)} ${items.map(words).join(', ')}`,
    );
}
const hear = (...lines: string[]) =>
  vi.waitFor(async () => expect((await told()).sort()).toEqual(lines.sort()), 5_000);

it('tells everybody who can act, of the beginning and of the end', async () => {
  const id = open();
  await hear('ada firing web-1', 'grace firing web-1');
  hub.service(IncidentsService).resolve(tenantId, id, 'cleared', Date.now());
  await hear('ada firing web-1', 'grace firing web-1', 'ada resolved web-1', 'grace resolved web-1');
});

it('puts off what a person in quiet hours can hear later, and not what breaks through', async () => {
  const clock = (inMs: number) => new Date(Date.now() + inMs).toISOString().slice(11, 16);
  const soon = clock(3_600_000);
  const night = { weekdays: [...WEEKDAYS], from: clock(-3_600_000), to: soon };
  const quiet = { ...NO_QUIET_HOURS, enabled: true };
  await hub.service(UsersService).saveQuietHours(tenantId, people.grace!, { ...quiet, periods: [night] });
  open({ severity: 'warning' });
  open({ severity: 'critical', hostName: 'db-1' });
  await hear('ada firing web-1', 'ada firing db-1', 'grace firing web-1', 'grace firing db-1');
  const { notifications } = await hub.service(Outbox).page(tenantId, { limit: 200 });
  const putOff = notifications.filter(({ notBefore }) => notBefore !== undefined);
  expect(putOff.map(({ recipient, items }) => [recipient.id, items[0]!.severity])).toEqual([
    [people.grace, 'warning'],
  ]);
  expect(new Date(putOff[0]!.notBefore!).toISOString().slice(11, 16)).toBe(soon);
});

it('tells of a thousand lost hosts in one message each, and lists a thousand incidents', async () => {
  const ruleId = new Types.ObjectId().toHexString();
  for (let n = 0; n < 1_000; n += 1)
    open({ ruleId, hostName: `host-${n}`, metric: HOST_LOST.id, instance: undefined });
  expect(hub.service(IncidentsService).openOf(tenantId)).toHaveLength(1_000);
  await hear('ada 1000', 'grace 1000');
});

/** About a host and a rule that are there, so that the next start of the hub does not end it. */
async function real(hostName: string): Promise<Partial<NewIncident>> {
  const { id: hostId } = await hub.service(HostsService).create(tenantId, { name: hostName });
  const rules = await hub.service(RulesService).list(tenantId);
  const { id: ruleId, metric } = rules.find(
    (rule) => rule.metric === 'disk.usage' && rule.severity === 'critical',
  )!;
  return { hostName, hostId, ruleId, metric };
}

it('goes on after a restart where it was: nobody hears twice, and what nobody heard of is told', async () => {
  const [one, two] = [await real('web-1'), await real('web-2')];
  const first = open(one);
  await hear('ada firing web-1', 'grace firing web-1');
  // This one is written, and the hub ends before its turn comes.
  open(two);
  await hub.service(IncidentsService).written();
  await hub.stop();
  hub = await startIngest(database.uri);
  const both = ['ada firing web-1', 'grace firing web-1', 'ada firing web-2', 'grace firing web-2'];
  await hear(...both);
  hub.service(IncidentsService).resolve(tenantId, first, 'cleared', Date.now());
  await hear(...both, 'ada resolved web-1', 'grace resolved web-1');
});

it('knows whom to tell from the first host of a new tenant on', async () => {
  tenantId = hub.tenantId;
  people = { ada: await person('ada2', 'owner') };
  open(await real('web-1'));
  await hear('ada firing web-1');
});

it('tells of the end when the hub was away for it', async () => {
  const id = open(await real('web-1'));
  await hear('ada firing web-1', 'grace firing web-1');
  await hub.stop();
  const incidents = database.connection.collection('incidents');
  await incidents.updateOne(
    { _id: new Types.ObjectId(id) },
    { $set: { status: 'resolved', resolvedAt: new Date() } },
  );
  hub = await startIngest(database.uri);
  await hear('ada firing web-1', 'grace firing web-1', 'ada resolved web-1', 'grace resolved web-1');
});

it('keeps quiet about what is held back, until it is not', async () => {
  let isQuiet = true;
  hub.service(Holders).join(() => (isQuiet ? { by: 'silence' } : undefined));
  open();
  open({ hostName: 'web-2', severity: 'info' });
  await hub.service(IncidentsService).written();
  isQuiet = false;
  hub.service(IncidentsService).review(Date.now());
  await hear('ada firing web-1', 'grace firing web-1');
});

it('asks the policy that fits, and tells its fallback when a step reaches nobody', async () => {
  const steps = [{ afterSeconds: 0, to: [{ kind: 'role', role: 'admin' } as const] }];
  const fallback = { kind: 'user', id: people.eve! } as const;
  await hub.service(PoliciesService).create(tenantId, {
    ...DEFAULT_POLICY,
    name: 'Disks',
    match: { metrics: ['disk.usage'] },
    steps,
    fallback,
  });
  open();
  open({ hostName: 'web-2', metric: 'cpu.usage' });
  await hear('eve firing web-1', 'ada firing web-2', 'grace firing web-2');
});

it('shows its notifications to members, and to nobody else', async () => {
  open();
  await hear('ada firing web-1', 'grace firing web-1');
  const get = async (token: string, query = '') => {
    const response = await fetch(`${hub.url}/api/v1/notifications${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await response.json()) as NotificationPage;
  };
  const member = await hub.viewer(tenantId);
  const { notifications, next } = await get(member, '?limit=1&state=failed');
  expect(notifications).toMatchObject([
    { state: 'failed', deliveries: [], items: [{ kind: 'firing', ruleName: 'Disk almost full' }] },
  ]);
  expect((await get(member, `?limit=1&after=${next}`)).notifications).toHaveLength(1);
  const { incidentId } = notifications[0]!.items[0]!;
  expect((await get(member, `?incident=${incidentId}`)).notifications).toHaveLength(2);
  expect((await get(member, `?incident=${new Types.ObjectId().toHexString()}`)).notifications).toEqual([]);
  expect((await get(await hub.viewer(new Types.ObjectId().toHexString()))).notifications).toEqual([]);
});
