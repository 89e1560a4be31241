import {
  type AuditPage,
  DEFAULT_POLICY,
  DEFAULT_RETENTION,
  NO_QUIET_HOURS,
  RULE_TEMPLATES,
} from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../test/accounts.js';
import { newId, startQuiet } from '../../test/quiet.js';
import { AccessTokens } from '../auth/access-tokens.js';
import { UsersService } from '../users/users.service.js';

let world: Awaited<ReturnType<typeof startQuiet>>;
let owner: Client;
let hostId: string;

beforeAll(async () => {
  world = await startQuiet();
  owner = await world.member('owner');
  hostId = (await world.host('db-1')).id;
});
beforeEach(() => world.database.collection('audit').deleteMany());
afterAll(() => world.stop());

const entries = async () => (await owner.get<AuditPage>('/audit')).body.entries.toReversed();
/** What was made, whose id is asked for. */
const made = async (path: string, body?: unknown) => {
  const answer = await owner.post<{ id: string }>(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body.id;
};
const rule = RULE_TEMPLATES[0]!.settings;
const HOUR = 3_600_000;

describe('each change leaves one entry', () => {
  it('of rules', async () => {
    const id = await made('/rules', rule);
    await owner.patch(`/rules/${id}`, { enabled: !rule.enabled });
    await owner.put(`/rules/${id}`, { ...rule, name: 'Renamed' });
    await owner.delete(`/rules/${id}`);
    const target = { id, name: rule.name };
    expect(await entries()).toMatchObject([
      { action: 'rules.create', target, sent: rule },
      { action: 'rules.update', target, changes: { enabled: { from: rule.enabled, to: !rule.enabled } } },
      { action: 'rules.replace', changes: { name: { from: rule.name, to: 'Renamed' } } },
      { action: 'rules.remove', target: { id, name: 'Renamed' }, changes: { name: { from: 'Renamed' } } },
    ]);
  });

  it('of policies', async () => {
    const settings = { ...DEFAULT_POLICY, name: 'Nights' };
    const id = await made('/policies', settings);
    await owner.put(`/policies/${id}`, { ...settings, enabled: false });
    const ids = (await owner.get<{ id: string }[]>('/policies')).body.map((policy) => policy.id);
    await owner.put('/policies/order', { ids: ids.toReversed() });
    await owner.delete(`/policies/${id}`);
    expect(await entries()).toMatchObject([
      { action: 'policies.create', target: { id, name: 'Nights' } },
      { action: 'policies.replace', changes: { enabled: { from: true, to: false } } },
      { action: 'policies.order', target: {}, changes: { ids: { from: ids, to: ids.toReversed() } } },
      { action: 'policies.remove', target: { id, name: 'Nights' } },
    ]);
  });

  it('of silences and maintenance', async () => {
    const at = Date.now();
    const matchers = { hostIds: [hostId] };
    const silence = await made('/silences', { matchers, endsAt: at + HOUR, comment: 'Disks' });
    await owner.patch(`/silences/${silence}`, { comment: 'New disks' });
    await owner.delete(`/silences/${silence}`);
    const schedule = { kind: 'once', startsAt: at - HOUR, endsAt: at + HOUR };
    const window = await made('/maintenance', { name: 'Upgrade', matchers, schedule });
    await owner.patch(`/maintenance/${window}`, { name: 'Upgrades' });
    await owner.post(`/maintenance/${window}/end`);
    await owner.delete(`/maintenance/${window}`);
    expect(await entries()).toMatchObject([
      { action: 'silences.create', target: { id: silence }, sent: { comment: 'Disks' } },
      { action: 'silences.update', changes: { comment: { from: 'Disks', to: 'New disks' } } },
      { action: 'silences.end', target: { id: silence, name: 'New disks' } },
      { action: 'maintenance.create', target: { id: window, name: 'Upgrade' } },
      { action: 'maintenance.update', changes: { name: { from: 'Upgrade', to: 'Upgrades' } } },
      { action: 'maintenance.end', target: { id: window, name: 'Upgrades' } },
      { action: 'maintenance.remove', target: { id: window, name: 'Upgrades' } },
    ]);
  });

  it('of keys of hosts, and is found under the host', async () => {
    const { body } = await owner.post<{ keyId: string; key: string }>(`/hosts/${hostId}/keys`);
    await owner.delete(`/hosts/${hostId}/keys/${body.keyId}`);
    const found = await owner.get<AuditPage>(`/audit?target=${hostId}`);
    const target = { id: hostId, name: 'db-1', part: body.keyId };
    expect(found.body.entries).toMatchObject([
      { action: 'host-keys.revoke', target },
      { action: 'host-keys.create', target },
    ]);
    expect(JSON.stringify(await world.database.collection('audit').find().toArray())).not.toContain(body.key);
  });

  it('of retention and of quiet hours', async () => {
    await owner.put('/retention', { ...DEFAULT_RETENTION, raw: 20 });
    await owner.put('/me/quiet-hours', { ...NO_QUIET_HOURS, timeZone: 'Europe/Berlin' });
    expect(await entries()).toMatchObject([
      { action: 'retention.put', changes: { raw: { from: DEFAULT_RETENTION.raw, to: 20 } } },
      { action: 'quiet-hours.put', changes: { timeZone: { to: 'Europe/Berlin' } } },
    ]);
  });
});

it('keeps apart what is changed at the same time', async () => {
  const hosts = await Promise.all(Array.from({ length: 8 }, (_, i) => world.host(`at-once-${i}`)));
  await Promise.all(hosts.map(({ id, name }) => owner.patch(`/hosts/${id}`, { name: `${name}-new` })));
  const found = await entries();
  expect(found).toHaveLength(8);
  for (const { target, changes } of found) expect(changes).toMatchObject({ name: { to: target.name } });
});

it('leaves none when it is refused', async () => {
  const stranger = await world.member('owner', newId());
  const viewer = await world.member('viewer');
  const refused = [
    await viewer.patch(`/hosts/${hostId}`, { tags: [] }),
    await stranger.patch(`/hosts/${hostId}`, { tags: [] }),
    await owner.patch(`/hosts/${hostId}`, { tags: 7 }),
    await owner.post('/rules', { ...rule, metric: 'no.such' }),
    await owner.delete(`/policies/${newId()}`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 404, 400, 400, 404]);
  expect(await entries()).toEqual([]);
});

it('does not call a success what MongoDB does not take down', async () => {
  await world.database.db!.command({ collMod: 'audit', validator: { never: { $exists: true } } });
  const answer = await owner.patch(`/hosts/${hostId}`, { tags: ['prod'] });
  await world.database.db!.command({ collMod: 'audit', validator: {} });
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
});

describe('its export', () => {
  const file = async (query: string) => {
    const answer = await fetch(`${world.url}/api/v1/audit/export?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { type: answer.headers.get('content-type'), lines: (await answer.text()).split(/\r?\n/) };
  };
  let token: string;
  beforeAll(async () => {
    const user = {
      tenantId: world.tenantId,
      email: 'a@example.org',
      name: 'A',
      role: 'admin',
      passwordHash: '-',
    } as const;
    const { id } = await world.service(UsersService).create(user);
    token = world.service(AccessTokens).sign({ id }).token;
  });

  it('has all that fits, however many pages, and nothing that a spreadsheet runs', async () => {
    const tenantId = new Types.ObjectId(world.tenantId);
    const at = new Date();
    await world.database.collection('audit').insertMany(
      Array.from({ length: 1_200 }, (_, i) => ({
        ...{ tenantId, at, actor: { name: '=HYPERLINK("x")' }, action: 'rules.create' },
        ...{ target: { name: `${i}` }, address: '', program: '@curl' },
      })),
    );
    const csv = await file('format=csv&action=rules');
    expect(csv.type).toContain('text/csv');
    expect(csv.lines).toHaveLength(1_202);
    expect(csv.lines[0]).toMatch(/^time,who,/);
    expect(csv.lines[1]).toContain(`,"'=HYPERLINK(""x"")",`);
    expect(csv.lines[1]).toMatch(/,'@curl$/);
    const ndjson = await file('format=ndjson&action=rules');
    const names = ndjson.lines
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { target: { name: string } }).target.name);
    expect(names).toEqual(Array.from({ length: 1_200 }, (_, i) => `${1_199 - i}`));
    expect((await file(`format=ndjson&actor=${newId()}`)).lines).toEqual(['']);
  });

  it('is for those who may read the log', async () => {
    expect((await (await world.member('operator')).get('/audit/export?format=csv')).status).toBe(403);
    expect((await owner.get('/audit/export?format=xml')).status).toBe(400);
  });
});
