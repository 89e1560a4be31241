import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ApiError,
  type Device,
  type Incident,
  type Notification,
  type NotificationPage,
  type PushAcknowledged,
  type PushPayload,
  WEEKDAYS,
} from '@tocsin/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Client } from '../../../test/accounts.js';
import { PushBrowser } from '../../../test/push-browser.js';
import { newId, startQuiet } from '../../../test/quiet.js';
import { json, Vendor } from '../../../test/vendor.js';
import { PoliciesService } from '../../alerting/policies/policies.service.js';
import { HubSecrets } from '../../auth/hub-secrets.js';
import { readAck, signAck } from './ack-tokens.js';

const PATIENCE = { timeout: 10_000, interval: 20 };

let dataDir: string;
let service: Vendor;
let hub: Awaited<ReturnType<typeof startQuiet>>;
let ada: Client;
let hostId: string;
let browser: PushBrowser;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tocsin-push-'));
  service = await Vendor.start(json(201, {}));
  hub = await startQuiet({ dataDir, privateNetworks: true, pushServices: [service.url] });
  ada = await hub.member('operator');
  hostId = (await hub.host('web-1')).id;
  browser = new PushBrowser(`${service.url}/wpush/v2/1`);
  await hub.service(PoliciesService).list(hub.tenantId);
});
afterEach(async () => {
  await hub.stop();
  await service.stop();
  await rm(dataDir, { recursive: true });
});

async function subscribe(who = ada, one = browser): Promise<Device> {
  const { status, body } = await who.post<Device>('/me/devices', one.subscription);
  expect(status).toBe(200);
  return body;
}

/** The push of this number that came, opened. */
const pushed = async (count: number, one = browser): Promise<PushPayload> =>
  one.open((await service.came(count))[count - 1]!.raw);

const signedOut = () => new Client(hub.url);
const acknowledge = (token: string) =>
  signedOut().post<PushAcknowledged & ApiError>('/push/ack', undefined, { Authorization: `Bearer ${token}` });
const incident = async (id: string) => (await ada.get<Incident>(`/incidents/${id}`)).body;
const devices = async (who = ada) => (await who.get<Device[]>('/me/devices')).body;
const notifications = async (state?: string): Promise<readonly Notification[]> =>
  (await ada.get<NotificationPage>(`/notifications${state ? `?state=${state}` : ''}`)).body.notifications;
const secret = () => hub.service(HubSecrets).of('push-ack');

it('brings an alarm sealed to a device, which acknowledges it signed out, and then tells the device who did', async () => {
  const device = await subscribe();
  const { id } = hub.incident(hostId);
  const payload = await pushed(1);
  expect(payload).toMatchObject({
    web_push: 8030,
    mutable: true,
    notification: {
      title: 'Critical: host – Disk nearly full',
      navigate: `http://127.0.0.1:8787/incidents/${id}`,
      tag: `incident-${id}`,
      silent: false,
      app_badge: '1',
    },
    tocsin: { state: 'firing', severity: 'critical' },
  });
  const [first] = service.received as [Vendor['received'][0]];
  expect(first.headers).toMatchObject({ ttl: '86400', urgency: 'high', 'content-encoding': 'aes128gcm' });
  expect(first.headers.topic).toMatch(/^[\w-]{32}$/);
  expect(first.headers.authorization).toMatch(/^vapid t=[\w.-]+, ?k=[\w-]+$/);
  expect(first.raw.length).toBeLessThan(4_096);

  const { status, body } = await acknowledge(payload.tocsin.ack!);
  expect([status, body]).toEqual([200, { acknowledged: [id], over: [] }]);
  expect(await incident(id)).toMatchObject({ acknowledgedBy: 'The operator' });
  const update = await pushed(2);
  expect(update).toMatchObject({
    notification: { tag: `incident-${id}`, silent: true, app_badge: '0' },
    tocsin: { state: 'acknowledged' },
  });
  expect(update.tocsin.ack).toBeUndefined();
  expect(service.received[1]!.headers.topic).toBe(first.headers.topic);
  expect(await hub.database.collection('audit').findOne({ action: 'push.acknowledge' })).toMatchObject({
    actor: { name: `The operator, ${device.name}` },
  });
  expect((await devices())[0]!.health.sentAt).toBeGreaterThan(0);
});

it('acknowledges once, however often it is pressed', async () => {
  await subscribe();
  const { id } = hub.incident(hostId);
  const { ack } = (await pushed(1)).tocsin;
  const [first, second] = await Promise.all([acknowledge(ack!), acknowledge(ack!)]);
  expect(first.body).toEqual(second.body);
  const { acknowledgedAt } = await incident(id);
  expect((await acknowledge(ack!)).status).toBe(200);
  expect((await incident(id)).acknowledgedAt).toBe(acknowledgedAt);
  const entries = await hub.database.collection('audit').countDocuments({ action: 'push.acknowledge' });
  expect(entries).toBeLessThanOrEqual(2);
});

it('says so when it is over already, and takes the notice of the end to the device', async () => {
  await subscribe();
  const { id } = hub.incident(hostId);
  const { ack } = (await pushed(1)).tocsin;
  hub.resolve(id);
  expect((await pushed(2)).tocsin.state).toBe('resolved');
  expect((await acknowledge(ack!)).body).toEqual({ acknowledged: [], over: [id] });
});

it('takes no token that is too old, of another tenant, of a device or member that is gone, or made up', async () => {
  const device = await subscribe();
  const { id } = hub.incident(hostId);
  const { ack } = (await pushed(1)).tocsin;
  const { a: _, ...claims } = readAck(ack!, await secret())!;
  const forged: [string, string][] = [
    ['too old', signAck({ ...claims, exp: Date.now() - 1 }, await secret())],
    ['not from here', signAck(claims, 'guessed')],
    ['device was removed', signAck({ ...claims, deviceId: newId() }, await secret())],
    ['device was removed', signAck({ ...claims, tenantId: newId() }, await secret())],
    ['not from here', 'nothing'],
  ];
  for (const [reason, token] of forged) {
    const { status, body } = await acknowledge(token);
    expect([status, body.code]).toEqual([401, 'unauthorized']);
    expect(body.message).toContain(reason);
  }
  await hub.database.collection('users').updateOne({ role: 'operator' }, { $set: { role: 'viewer' } });
  expect((await acknowledge(ack!)).status).toBe(403);
  await hub.database.collection('users').deleteMany({});
  expect((await acknowledge(ack!)).body.message).toContain('no member');
  await hub.database.collection('devices').deleteMany({});
  expect((await acknowledge(ack!)).body.message).toContain('device was removed');
  const stored = await hub.database.collection('incidents').findOne({ status: 'open' });
  expect([stored!._id.toHexString(), stored!.acknowledgedAt, device.name]).toEqual([
    id,
    undefined,
    browser.name,
  ]);
});

it('gives no token to who may not acknowledge', async () => {
  const viewer = await hub.member('viewer');
  await subscribe(viewer);
  const to = [{ kind: 'role' as const, role: 'viewer' as const }];
  const steps = [{ afterSeconds: 0, to }];
  await hub.service(PoliciesService).create(hub.tenantId, { name: 'V', enabled: true, steps });
  hub.incident(hostId);
  expect((await pushed(1)).tocsin.ack).toBeUndefined();
});

it.each([404, 410])('forgets a device of which the push service says %i', async (status) => {
  await subscribe();
  service.answer = json(status, {});
  hub.incident(hostId);
  await vi.waitUntil(async () => (await devices()).length === 0, PATIENCE);
  const failed = await vi.waitUntil(async () => (await notifications('failed'))[0], PATIENCE);
  expect(failed.deliveries[0]!.error).toContain('takes no pushes any more');
});

it.each([401, 403])(
  'keeps a device when the push service says %i, since that is the hub’s fault',
  async (status) => {
    const { id } = await subscribe();
    service.answer = json(status, {});
    const { body } = await ada.post<{ sent: boolean; error: string }>(`/me/devices/${id}/test`);
    expect(body).toMatchObject({ sent: false });
    expect(await devices()).toMatchObject([
      { id, health: { error: expect.stringContaining(String(status)) as string } },
    ]);
  },
);

it('tries again later what the push service could not do', async () => {
  await subscribe();
  service.answer = json(503, {});
  hub.incident(hostId);
  await service.came(1);
  service.answer = json(201, {});
  expect((await pushed(2)).tocsin.state).toBe('firing');
});

it('sends it in short where it is too long', async () => {
  await subscribe();
  service.answer = ({ raw }, response) => response.writeHead(raw.length > 700 ? 413 : 201).end();
  hub.incident(hostId, { instance: 'x'.repeat(300), hostName: 'y'.repeat(40) });
  await service.came(2);
  const [long, short] = [await pushed(1), await pushed(2)];
  expect(long.notification.body).toContain('xxx');
  expect(short.notification).toEqual({ ...long.notification, body: '' });
});

it('leaves who wants quiet alone, also with what has to be sent again', async () => {
  await subscribe();
  service.answer = json(503, {});
  hub.incident(hostId);
  await service.came(1);
  const weekdays = [...WEEKDAYS];
  const periods = [
    { weekdays, from: '00:00', to: '12:00' },
    { weekdays, from: '12:00', to: '00:00' },
  ];
  await ada.put('/me/quiet-hours', { enabled: true, timeZone: 'UTC', periods, breakThrough: [] });
  service.answer = json(201, {});
  const waiting = await vi.waitUntil(async () => {
    const [first] = await notifications();
    return first!.deliveries[0]!.nextAt! > Date.now() + 60_000 ? first : undefined;
  }, PATIENCE);
  expect([waiting!.state, service.received.length]).toEqual(['waiting', 1]);
});

it('tells each device of a person, and belongs to whoever signed in there last', async () => {
  const other = new PushBrowser(`${service.url}/wpush/v2/2`, 'Phone');
  await subscribe();
  await subscribe(ada, other);
  expect((await devices()).map(({ name }) => name)).toEqual(['Phone', 'Firefox on Linux']);
  const grace = await hub.member('admin');
  await subscribe(grace, other);
  expect((await devices()).map(({ name }) => name)).toEqual(['Firefox on Linux']);
  const [{ id }] = (await devices(grace)) as [Device];
  expect((await ada.delete(`/me/devices/${id}`)).status).toBe(404);
  expect((await ada.post(`/me/devices/${id}/test`)).status).toBe(404);
  expect((await grace.post(`/me/devices/${id}/test`)).body).toEqual({ sent: true });
  expect((await pushed(1, other)).notification.title).toBe('Test from Tocsin');
  expect((await grace.delete(`/me/devices/${id}`)).status).toBe(204);
});

it('gives up a device whose key is none', async () => {
  const { keys, ...rest } = browser.subscription;
  const body = { ...rest, keys: { ...keys, p256dh: 'A'.repeat(87) } };
  const { body: device } = await ada.post<Device>('/me/devices', body);
  const { body: test } = await ada.post<{ error: string }>(`/me/devices/${device.id}/test`);
  expect(test.error).toContain('could not be sealed');
  hub.incident(hostId);
  await vi.waitUntil(async () => (await notifications('failed')).length > 0, PATIENCE);
  expect(service.received).toEqual([]);
});

it('sends nothing to an address that is no push service', async () => {
  const body = { ...browser.subscription, endpoint: 'https://127.0.0.1:8443/fcm.googleapis.com' };
  expect(await ada.post('/me/devices', body)).toMatchObject({ status: 400, body: { field: '/endpoint' } });
});

it('keeps its key in a file that nobody else reads, over a restart', async () => {
  const key = async () => (await ada.get<{ key: string }>('/push/key')).body.key;
  const before = await key();
  expect(Buffer.from(before, 'base64url')).toHaveLength(65);
  expect((await stat(join(dataDir, 'vapid.json'))).mode & 0o777).toBe(0o600);
  await hub.restart();
  ada = await hub.member('operator');
  expect(await key()).toBe(before);
  const all = await Promise.all((await hub.database.db!.collections()).map((one) => one.find().toArray()));
  expect(JSON.stringify(all)).not.toContain('privateKey');
});
