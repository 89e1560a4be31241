import type { Channel, ChannelInput, Notification, NotificationPage, PolicySettings } from '@tocsin/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newId, startQuiet } from '../../../test/quiet.js';
import { json, Vendor } from '../../../test/vendor.js';
import { PoliciesService } from '../../alerting/policies/policies.service.js';
import { Outbox } from '../outbox/outbox.js';
import type { Client } from '../../../test/accounts.js';

const PATIENCE = { timeout: 10_000, interval: 20 };

let hub: Awaited<ReturnType<typeof startQuiet>>;
let vendor: Vendor;
let admin: Client;
let hostId: string;

beforeEach(async () => {
  vendor = await Vendor.start();
  hub = await startQuiet({ privateNetworks: true, channelTimeoutMs: 1_000, telegramApi: vendor.url });
  admin = await hub.member('admin');
  hostId = (await hub.host('web-1')).id;
});
afterEach(async () => {
  await hub.stop();
  await vendor.stop();
});

const webhook = (url = vendor.url, name = 'Hook'): ChannelInput => ({
  ...{ name, enabled: true, kind: 'webhook' },
  settings: { url },
});
const telegram = (): ChannelInput => ({
  ...{ name: 'Chat', enabled: true, kind: 'telegram' },
  settings: { chatId: '-1', token: `12345:${'x'.repeat(35)}` },
});

async function channel(input: ChannelInput): Promise<Channel> {
  const { status, body } = await admin.post<Channel>('/channels', input);
  expect(status).toBe(201);
  return body;
}

/** Everything goes to these channels at once. */
async function tell(channels: readonly Channel[], over: Partial<PolicySettings> = {}): Promise<void> {
  const policies = hub.service(PoliciesService);
  await policies.create(hub.tenantId, {
    ...{ name: 'All', enabled: true, groupBy: 'none' },
    steps: [{ afterSeconds: 0, to: channels.map(({ id }) => ({ kind: 'channel' as const, id })) }],
    ...over,
  });
}

const notifications = async (): Promise<Notification[]> =>
  (await admin.get<NotificationPage>('/notifications')).body.notifications;

/** Resolves when the first notification that was written is so. */
async function becomes(state: Notification['state']): Promise<Notification> {
  return vi.waitUntil(async () => {
    const first = (await notifications()).at(-1);
    return first?.state === state ? first : undefined;
  }, PATIENCE);
}

const titles = () => vendor.received.map(({ body }) => body.title ?? String(body.text).split('\n')[0]);

it('brings an alarm to a channel, and its end, and says so for each', async () => {
  const hook = await channel(webhook());
  await tell([hook]);
  const { id } = hub.incident(hostId);
  await vendor.came(1);
  const sent = await becomes('sent');
  expect(sent.deliveries).toMatchObject([
    { name: 'Hook', target: `channel:${hook.id}`, state: 'sent', attempts: 1 },
  ]);
  expect(sent.deliveries[0]!.acceptedAt).toBeGreaterThanOrEqual(sent.createdAt);
  hub.resolve(id);
  await vendor.came(2);
  expect(titles()).toEqual(['Critical: host – Disk nearly full', 'Resolved: host – Disk nearly full']);
  await vi.waitUntil(async () => (await admin.get<Channel[]>('/channels')).body[0]!.health.sentAt, PATIENCE);
});

it('tries again what could not be done, with the same key, until it is', async () => {
  await tell([await channel(webhook())]);
  vendor.answer = json(503, {});
  hub.incident(hostId);
  await vendor.came(1);
  const failing = await vi.waitUntil(
    async () => (await notifications()).find(({ deliveries }) => deliveries[0]?.error !== undefined),
    PATIENCE,
  );
  expect(failing).toMatchObject({ state: 'waiting', deliveries: [{ state: 'waiting', attempts: 1 }] });
  expect(failing.deliveries[0]!.nextAt).toBeGreaterThan(failing.createdAt);
  vendor.answer = json(200, {});
  const { deliveries } = await becomes('sent');
  expect(deliveries).toMatchObject([{ attempts: 2 }]);
  expect(deliveries[0]!.error).toBeUndefined();
  expect(new Set(vendor.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

it('gives up what is refused, shows why, and sends it again when somebody says so', async () => {
  await tell([await channel(webhook())]);
  vendor.answer = json(401, { message: 'who are you?' });
  hub.incident(hostId);
  const { id, deliveries } = await becomes('failed');
  expect(deliveries[0]!.error).toContain('who are you?');
  expect((await admin.get<Channel[]>('/channels')).body[0]!.health.error).toContain('401');
  expect((await (await hub.member('viewer')).post(`/notifications/${id}/resend`)).status).toBe(403);
  expect((await (await hub.member('owner', newId())).post(`/notifications/${id}/resend`)).status).toBe(404);
  vendor.answer = json(200, {});
  expect((await admin.post(`/notifications/${id}/resend`)).status).toBe(202);
  await becomes('sent');
  expect((await admin.post(`/notifications/${id}/resend`)).status).toBe(409);
});

it('sends what was given up as it is by then, though it was never told and is over', async () => {
  await tell([await channel(webhook())]);
  vendor.answer = json(401, {});
  const { id: incidentId } = hub.incident(hostId);
  const { id } = await becomes('failed');
  hub.resolve(incidentId);
  await vi.waitUntil(
    async () => (await notifications())[0]!.id !== id && (await notifications())[0]!.state === 'failed',
    PATIENCE,
  );
  vendor.answer = json(200, {});
  await admin.post(`/notifications/${id}/resend`);
  await becomes('sent');
  expect(titles().at(-1)).toBe('Resolved: host – Disk nearly full');
});

it('tells the fallback when a channel refuses', async () => {
  const other = await Vendor.start();
  const [first, second] = [await channel(webhook()), await channel(webhook(other.url, 'Second'))];
  await tell([first], { fallback: { kind: 'channel', id: second.id } });
  vendor.answer = json(404, {});
  hub.incident(hostId);
  const [{ body }] = (await other.came(1)) as [(typeof other.received)[0]];
  expect(body.title).toBe('Critical: host – Disk nearly full');
  await becomes('failed');
  await other.stop();
});

it('tells the fallback of the end too', async () => {
  const other = await Vendor.start();
  const [first, second] = [await channel(webhook()), await channel(webhook(other.url, 'Second'))];
  await tell([first], { fallback: { kind: 'channel', id: second.id } });
  vendor.answer = json(404, {});
  const { id } = hub.incident(hostId);
  await other.came(1);
  hub.resolve(id);
  const received = await other.came(2);
  expect(received.map(({ body }) => body.state)).toEqual(['firing', 'resolved']);
  await other.stop();
});

it('tells the fallback when the hub was killed before it could', async () => {
  const [first, second] = [await channel(webhook()), await channel(webhook(vendor.url, 'Second'))];
  await tell([first], { fallback: { kind: 'channel', id: second.id } });
  hub.incident(hostId);
  await becomes('sent');
  const createdAt = new Date(Date.now() - 60_000);
  await hub.database.collection('deliveries').updateMany({}, { $set: { state: 'failed' } });
  await hub.database.collection('notifications').updateMany({}, { $set: { state: 'waiting', createdAt } });
  await hub.service(Outbox).settleForgotten(Date.now());
  await vendor.came(2);
  expect((await becomes('failed')).deliveries).toHaveLength(1);
});

it('tells the fallback at once when there is no way to whom it is for', async () => {
  const [off, on] = [await channel({ ...webhook(), enabled: false }), await channel(webhook())];
  await tell([off], { fallback: { kind: 'channel', id: on.id } });
  hub.incident(hostId);
  await vendor.came(1);
  expect((await notifications()).at(-1)).toMatchObject({ state: 'failed', error: 'Hook is turned off.' });
});

it('is held up by no channel that hangs', async () => {
  const hanging = await Vendor.start(() => {});
  await tell([await channel(webhook(hanging.url, 'Hanging')), await channel(webhook())]);
  for (let n = 0; n < 5; n += 1) hub.incident(hostId);
  await hanging.came(1);
  await vendor.came(5);
  expect(hanging.received).toHaveLength(1);
  await hanging.stop();
});

it('says once that it is over of what it could not say before', async () => {
  await tell([await channel(webhook())]);
  vendor.answer = json(503, {});
  const { id } = hub.incident(hostId);
  await vendor.came(1);
  vendor.answer = json(503, {}, { 'Retry-After': '1' });
  hub.resolve(id);
  await vendor.came(2);
  vendor.answer = json(200, {});
  await becomes('obsolete');
  await vi.waitUntil(async () => (await notifications())[0]!.state === 'sent', PATIENCE);
  expect(titles().at(-1)).toBe('Resolved: host – Disk nearly full');
  expect(titles().filter((title) => String(title).startsWith('Critical'))).toHaveLength(1);
});

it('changes the message in a chat in place of sending another', async () => {
  vendor.answer = json(200, { ok: true, result: { message_id: 77 } });
  await tell([await channel(telegram())]);
  const { id } = hub.incident(hostId);
  await vendor.came(1);
  await becomes('sent');
  hub.resolve(id);
  const [, second] = await vendor.came(2);
  expect(second!.path).toMatch(/\/editMessageText$/);
  expect(second!.body).toMatchObject({ message_id: 77, text: expect.stringContaining('Resolved') as string });
});

it('sends anew what it would change when the message is gone', async () => {
  vendor.answer = (received, response) => {
    if (!received.path.endsWith('editMessageText')) {
      return json(200, { ok: true, result: { message_id: 77 } })(received, response);
    }
    json(400, { ok: false, description: 'Bad Request: message to edit not found' })(received, response);
  };
  await tell([await channel(telegram())]);
  const { id } = hub.incident(hostId);
  await becomes('sent');
  hub.resolve(id);
  const received = await vendor.came(3);
  expect(received.map(({ path }) => path.split('/').at(-1))).toEqual([
    'sendMessage',
    'editMessageText',
    'sendMessage',
  ]);
});

it('goes on after a restart with what it had not sent', async () => {
  await tell([await channel(webhook())]);
  vendor.answer = json(503, {}, { 'Retry-After': '2' });
  hub.incident(hostId);
  await vendor.came(1);
  await vi.waitUntil(async () => (await notifications())[0]?.deliveries[0]?.error, PATIENCE);
  await hub.restart();
  vendor.answer = json(200, {});
  await vendor.came(2);
});

it('keeps secrets to itself, and a change without them leaves them', async () => {
  const made = await channel({ ...telegram(), name: 'Chat' });
  expect(made).toMatchObject({ settings: { chatId: '-1' }, secrets: ['token'] });
  const changed = await admin.put<Channel>(`/channels/${made.id}`, {
    ...{ name: 'Chat 2', enabled: true, kind: 'telegram', settings: { chatId: '-2' } },
  });
  expect(changed.body).toMatchObject({ name: 'Chat 2', settings: { chatId: '-2' }, secrets: ['token'] });
  vendor.answer = json(200, { ok: true, result: { message_id: 1 } });
  expect((await admin.post(`/channels/${made.id}/test`)).body).toEqual({ sent: true });
  expect(vendor.received[0]!.path).toContain('12345:');
  const audited = await hub.database.collection('audit').find().toArray();
  expect(JSON.stringify([audited, await notifications(), changed.body])).not.toContain('xxxxx');
});

it('sends no stored secret to another server', async () => {
  const settings = { url: vendor.url, topic: 'alerts', token: 'tk_secret' };
  const { id } = await channel({ name: 'Topic', enabled: true, kind: 'ntfy', settings });
  const other = {
    name: 'Topic',
    enabled: true,
    kind: 'ntfy',
    settings: { url: 'https://evil.example', topic: 'a' },
  };
  expect(await admin.put(`/channels/${id}`, other)).toMatchObject({
    status: 400,
    body: { field: '/settings/token' },
  });
  const same = { ...other, settings: { url: vendor.url, topic: 'other' } };
  expect((await admin.put<Channel>(`/channels/${id}`, same)).body.secrets).toEqual(['topic', 'token']);
});

it('finds out what became of a notification when the hub was killed before it said so', async () => {
  await tell([await channel(webhook())]);
  hub.incident(hostId);
  await becomes('sent');
  const createdAt = new Date(Date.now() - 60_000);
  await hub.database.collection('notifications').updateMany({}, { $set: { state: 'waiting', createdAt } });
  await hub.service(Outbox).settleForgotten(Date.now());
  expect((await notifications())[0]!.state).toBe('sent');
});

it('says in a test what the other side said', async () => {
  const { id } = await channel(webhook());
  vendor.answer = json(403, { message: 'not here' });
  const { body } = await admin.post<{ error: string }>(`/channels/${id}/test`);
  expect(body).toMatchObject({ sent: false });
  expect(body.error).toContain('not here');
});

it.each([
  [{ ...webhook(''), settings: {} }, '/settings/url'],
  [{ ...webhook('ftp://x') }, '/settings/url'],
  [{ ...telegram(), settings: { token: `12345:${'x'.repeat(35)}` } }, '/settings/chatId'],
])('refuses %j and names the field', async (input, field) => {
  const { status, body } = await admin.post('/channels', input);
  expect([status, body.field]).toEqual([400, field]);
});

it('shows channels to no other tenant and lets viewers change none', async () => {
  const { id } = await channel(webhook());
  const stranger = await hub.member('owner', newId());
  expect((await stranger.get<Channel[]>('/channels')).body).toEqual([]);
  for (const who of [stranger, await hub.member('viewer')]) {
    const expected = who === stranger ? 404 : 403;
    expect((await who.put(`/channels/${id}`, webhook())).status).toBe(expected);
    expect((await who.post(`/channels/${id}/test`)).status).toBe(expected);
    expect((await who.delete(`/channels/${id}`)).status).toBe(expected);
  }
  expect(vendor.received).toEqual([]);
});
