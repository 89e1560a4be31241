import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Incident, IncidentPage, Role, Rule, RuleSettings } from '@tocsin/shared';
import { DEFAULT_RULES } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessTokens } from '../src/auth/access-tokens.js';
import { HostsService } from '../src/hosts/hosts.service.js';
import { LiveService } from '../src/live/live.service.js';
import { LiveSockets } from '../src/live/live-sockets.js';
import { UsersService } from '../src/users/users.service.js';
import { Client } from './accounts.js';
import { freshDatabase } from './database.js';
import { cpu, frame, startIngest, TestAgent } from './ingest.js';
import { TestBrowser } from './live.js';

const settings = (over: Partial<RuleSettings> = {}): RuleSettings => ({
  name: 'CPU over 90',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 0,
  keepFiringSeconds: 0,
  severity: 'critical',
  ...over,
});
const busy = (seq: number, usage = 95) => frame(seq, { cpu: { ...cpu, usage } });

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let tenantId: string;
let hostId: string;
let key: string;
let agent: TestAgent;
let admin: Client;
const open: { close(): void }[] = [];

const member = async (role: Role): Promise<Client> => {
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  const user = { tenantId, email, name: `The ${role}`, role, passwordHash: '-' };
  return new Client(
    hub.url,
    hub.service(AccessTokens).sign(await hub.service(UsersService).create(user)).token,
  );
};
const connectAgent = async () => {
  agent = await TestAgent.connected(hub.url, key);
  open.push(agent);
};
const browse = async (of = tenantId) => {
  const browser = await TestBrowser.connected(hub.url, await hub.viewer(of));
  open.push(browser);
  return browser;
};
const restart = async () => {
  agent.close();
  await hub.stop();
  hub = await startIngest(database.uri);
  admin = await member('admin');
};
const makeRule = async (over: Partial<RuleSettings> = {}) =>
  (await admin.post<Rule>('/rules', settings(over))).body;
const listed = async (query = '') => (await admin.get<IncidentPage>(`/incidents${query}`)).body.incidents;
const opened = (browser: TestBrowser, at = 0): Promise<Incident> =>
  vi.waitFor(() => expectOne(browser.incidents.filter(({ status }) => status === 'open')[at]), 5_000);
const resolved = (browser: TestBrowser): Promise<Incident> =>
  vi.waitFor(() => expectOne(browser.incidents.find(({ status }) => status === 'resolved')), 5_000);
const expectOne = <T>(found: T | undefined): T => {
  expect(found).toBeDefined();
  return found!;
};

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  tenantId = hub.tenantId;
  const made = await hub.host('web-1');
  hostId = made.host.id;
  key = made.key;
  admin = await member('admin');
  await connectAgent();
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await hub.stop();
  await database.drop();
});

describe('an incident', () => {
  it('is seen by everybody who looks when the condition holds, and again when it does not', async () => {
    const rule = await makeRule();
    const browser = await browse();
    await browser.overview();
    agent.send('frame', busy(0));
    expect(await opened(browser)).toMatchObject({
      ruleId: rule.id,
      hostId,
      hostName: 'web-1',
      metric: 'cpu.usage',
      openedValue: 95,
      firesAt: 90,
    });
    await vi.waitFor(() =>
      expect(browser.deltas.flatMap((d) => d.hosts).map((h) => h.incidents)).toContainEqual({
        open: 1,
        worst: 'critical',
      }),
    );
    agent.send('frame', busy(1, 85));
    agent.send('frame', busy(2, 80));
    expect(await resolved(browser)).toMatchObject({ resolution: 'cleared', lastValue: 80 });
    expect(await listed()).toEqual([await resolved(browser)]);
    expect((await browser.overview()).openIncidents).toEqual([]);
  });

  it('stays the same one through a restart of the hub', async () => {
    await makeRule();
    const browser = await browse();
    agent.send('frame', busy(0));
    const before = await opened(browser);
    await restart();
    const after = await browse();
    expect((await after.overview()).openIncidents.map(({ id }) => id)).toEqual([before.id]);
    await connectAgent();
    agent.send('frame', busy(0, 96));
    agent.send('frame', busy(1, 70));
    expect(await resolved(after)).toMatchObject({ id: before.id, openedAt: before.openedAt, worstValue: 96 });
    expect(await listed()).toHaveLength(1);
  });

  it('is acknowledged by the first who does it, and not after it is over', async () => {
    await makeRule();
    const browser = await browse();
    agent.send('frame', busy(0));
    const { id } = await opened(browser);
    const [viewer, operator] = [await member('viewer'), await member('operator')];
    expect((await viewer.post(`/incidents/${id}/acknowledge`)).status).toBe(403);
    const first = await operator.post<Incident>(`/incidents/${id}/acknowledge`);
    expect(first).toMatchObject({ status: 200, body: { acknowledgedBy: 'The operator' } });
    expect((await admin.post(`/incidents/${id}/acknowledge`)).body).toEqual(first.body);
    await vi.waitFor(() => expect(browser.incidents.at(-1)?.acknowledgedBy).toBe('The operator'));

    agent.send('frame', busy(1, 10));
    await resolved(browser);
    expect(await admin.post(`/incidents/${id}/acknowledge`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await admin.get<Incident>(`/incidents/${id}`)).body).toMatchObject({
      status: 'resolved',
      acknowledgedBy: 'The operator',
    });
  });

  it.each([
    ['deleted', (id: string) => admin.delete(`/rules/${id}`)],
    ['disabled', (id: string) => admin.patch(`/rules/${id}`, { enabled: false })],
    ['about something else', (id: string) => admin.patch(`/rules/${id}`, { metric: 'ram.usage' })],
  ])('ends when its rule is %s', async (_what, change) => {
    const rule = await makeRule();
    const browser = await browse();
    agent.send('frame', busy(0));
    await opened(browser);
    await change(rule.id);
    expect(await resolved(browser)).toMatchObject({ resolution: 'rule_changed' });
  });

  it('is held against new levels with the next frame', async () => {
    const rule = await makeRule();
    const browser = await browse();
    agent.send('frame', busy(0));
    await opened(browser);
    await admin.patch(`/rules/${rule.id}`, { firesAt: 99, clearsAt: 97 });
    agent.send('frame', busy(1));
    expect(await resolved(browser)).toMatchObject({ resolution: 'cleared', firesAt: 90 });
  });

  it('ends with its host', async () => {
    await makeRule();
    const browser = await browse();
    agent.send('frame', busy(0));
    await opened(browser);
    await admin.delete(`/hosts/${hostId}`);
    expect(await resolved(browser)).toMatchObject({ resolution: 'host_removed' });
  });

  it('is listed newest first, in pages', async () => {
    for (const name of ['a', 'b', 'c']) await makeRule({ name });
    const browser = await browse();
    agent.send('frame', busy(0));
    await opened(browser, 2);
    const first = (await admin.get<IncidentPage>('/incidents?limit=2&status=open')).body;
    expect(first.incidents.map((i) => i.ruleName)).toEqual(['c', 'b']);
    const second = (await admin.get<IncidentPage>(`/incidents?limit=2&after=${first.next}`)).body;
    expect(second.incidents.map((i) => i.ruleName)).toEqual(['a']);
    expect(second.next).toBeUndefined();
    expect(await listed('?status=resolved')).toEqual([]);
    expect(await listed(`?host=${'0'.repeat(24)}`)).toEqual([]);
  });
});

describe('a lost host', () => {
  it('rings, and is quiet again when it returns', async () => {
    const lost = (await admin.get<Rule[]>('/rules')).body.find(({ metric }) => metric === 'host.lost')!;
    await admin.patch(`/rules/${lost.id}`, { forSeconds: 0 });
    const browser = await browse();
    agent.close();
    expect(await opened(browser)).toMatchObject({ metric: 'host.lost', ruleId: lost.id });
    await connectAgent();
    expect(await resolved(browser)).toMatchObject({ resolution: 'cleared' });
  });

  it('does not ring when it said goodbye', async () => {
    const lost = (await admin.get<Rule[]>('/rules')).body.find(({ metric }) => metric === 'host.lost')!;
    await admin.patch(`/rules/${lost.id}`, { forSeconds: 0 });
    const browser = await browse();
    await agent.socket.emitWithAck('bye', { reason: 'reboot' });
    agent.close();
    await vi.waitFor(() => expect(browser.presences.at(-1)?.presence.status).toBe('stopped'));
    await connectAgent();
    await vi.waitFor(() => expect(browser.presences.at(-1)?.presence.status).toBe('online'));
    expect(browser.incidents).toEqual([]);
  });
});

describe('rules', () => {
  it('start with the defaults, once: a deleted one does not come back', async () => {
    const rules = (await admin.get<Rule[]>('/rules')).body;
    expect(rules.map(({ id: _id, ...rest }) => rest)).toEqual(DEFAULT_RULES.map((rule) => rule.settings));
    expect((await admin.delete(`/rules/${rules[0]!.id}`)).status).toBe(204);
    await restart();
    expect((await admin.get<Rule[]>('/rules')).body).toEqual(rules.slice(1));
  });

  it.each([
    ['an unknown metric', { metric: 'cpu.heat' }, '/metric'],
    ['a clear level on the wrong side', { clearsAt: 95 }, '/clearsAt'],
    ['a host that is not the tenant’s', { hostIds: ['0'.repeat(24)] }, '/hostIds/0'],
    ['an unknown field', { color: 'red' }, '/color'],
    ['tags that no host can have', { tags: { match: 'any', names: ['Web!'] } }, '/tags/names/0'],
    ['a text for a number', { firesAt: '90' }, '/firesAt'],
  ])('refuse %s and name the field', async (_what, over, field) => {
    expect(await admin.post('/rules', { ...settings(), ...over })).toMatchObject({
      status: 400,
      body: { code: 'invalid', field, message: expect.stringMatching(/\w/) },
    });
    expect((await admin.get<Rule[]>('/rules')).body).toHaveLength(DEFAULT_RULES.length);
  });

  it('for hosts with a tag follow the tags that people set, through a restart too', async () => {
    const made = await makeRule({ tags: { match: 'any', names: ['web'] } });
    await restart();
    expect((await admin.get<Rule[]>('/rules')).body).toContainEqual(made);
    await connectAgent();
    const browser = await browse();
    agent.send('frame', busy(0));
    await admin.patch(`/hosts/${hostId}`, { tags: ['web'] });
    agent.send('frame', busy(1));
    expect(await opened(browser)).toMatchObject({ ruleId: made.id, hostId });
    await admin.patch(`/hosts/${hostId}`, { tags: ['db'] });
    expect(await resolved(browser)).toMatchObject({ ruleId: made.id, resolution: 'rule_changed' });
  });

  it('are replaced as a whole by PUT, and in part by PATCH', async () => {
    const condition = { kind: 'aggregate', aggregate: 'p95', windowSeconds: 300 } as const;
    const rule = await makeRule({ hostIds: [hostId], condition });
    const patched = await admin.patch<Rule>(`/rules/${rule.id}`, { severity: 'info' });
    expect(patched.body).toEqual({ ...rule, severity: 'info' });
    const { hostIds: _hosts, clearsAt: _level, ...plain } = settings();
    const replaced = await admin.send<Rule>('PUT', `/rules/${rule.id}`, plain);
    expect(replaced.body).toEqual({ ...plain, id: rule.id });
    expect((await admin.get<Rule[]>('/rules')).body).toContainEqual(replaced.body);
  });

  it('are changed by those who may, and only in their own tenant', async () => {
    const rule = await makeRule();
    const viewer = await member('viewer');
    expect((await viewer.post('/rules', settings())).status).toBe(403);
    expect((await viewer.delete(`/rules/${rule.id}`)).status).toBe(403);
    const stranger = new Client(hub.url, await hub.viewer('f'.repeat(24)));
    expect((await stranger.get<Rule[]>('/rules')).body).not.toContainEqual(rule);
    expect((await admin.delete(`/rules/${'0'.repeat(24)}`)).status).toBe(404);
    expect((await admin.delete('/rules/nonsense')).status).toBe(404);
  });
});

describe('the live view', () => {
  const other = 'e'.repeat(24);

  it('sends each frame of a watched host, and what the hub has of it when watching begins', async () => {
    const browser = await browse();
    await browser.overview();
    agent.send('frame', busy(0));
    await vi.waitFor(() => expect(browser.deltas.length).toBeGreaterThan(0));
    expect(await browser.host(hostId)).toMatchObject({ host: { id: hostId }, frames: [{ seq: 0 }] });
    agent.send('frame', busy(1));
    agent.send('frame', busy(2));
    await vi.waitFor(() => expect(browser.frames).toEqual([1, 2]));
    expect(await (await browse()).host(hostId)).toMatchObject({
      frames: [{ seq: 0 }, { seq: 1 }, { seq: 2 }],
    });
    browser.socket.emit('unwatchHost', { hostId });
  });

  it('gives a client that returns only what changed since its cursor', async () => {
    await hub.service(HostsService).create(tenantId, { name: 'quiet' });
    const gone = await hub.service(HostsService).create(tenantId, { name: 'gone' });
    const { cursor, hosts } = await (await browse()).overview();
    expect(hosts.map(({ name }) => name).sort()).toEqual(['gone', 'quiet', 'web-1']);
    agent.send('frame', busy(0));
    await hub.service(HostsService).remove(tenantId, gone.id);
    const browser = await browse();
    await vi.waitFor(async () => {
      const back = await browser.overview(cursor);
      expect(back).toMatchObject({ complete: false, removed: [gone.id] });
      expect(back.hosts).toMatchObject([{ id: hostId, summary: { cpu: 95 } }]);
    });
    expect(await browser.overview({ hub: 'another start', version: 1 })).toMatchObject({ complete: true });
  });

  it('shows nobody anything of another tenant', async () => {
    await makeRule();
    await hub.service(HostsService).create(other, { name: 'theirs' });
    const stranger = await browse(other);
    const mine = await browse();
    await stranger.overview();
    expect((await stranger.overview()).hosts.map(({ name }) => name)).toEqual(['theirs']);
    expect(await stranger.host(hostId)).toMatchObject({ error: { code: 'not_found' } });
    agent.send('frame', busy(0));
    const { id } = await opened(mine);
    // An event that the stranger does get comes after all that it should not have got.
    const host = await hub.service(HostsService).create(other, { name: 'new' });
    await vi.waitFor(() =>
      expect(stranger.deltas.flatMap((d) => d.hosts.map((h) => h.id))).toContain(host.id),
    );
    expect(stranger).toMatchObject({ incidents: [], presences: [], frames: [] });
    expect(stranger.deltas.flatMap((d) => d.hosts.map((h) => h.id))).not.toContain(hostId);
    const theirs = new Client(hub.url, await hub.viewer(other));
    expect((await theirs.get(`/incidents/${id}`)).status).toBe(404);
    expect((await theirs.get<IncidentPage>('/incidents')).body.incidents).toEqual([]);
  });

  it('tells of a presence at once', async () => {
    const browser = await browse();
    agent.close();
    await vi.waitFor(() =>
      expect(browser.presences).toMatchObject([{ hostId, presence: { status: 'lost' } }]),
    );
  });

  it.each([
    ['no token', undefined],
    ['a token that is not ours', 'nonsense'],
  ])('lets nobody in with %s', async (_what, token) => {
    const browser = new TestBrowser(hub.url, token);
    open.push(browser);
    expect(await browser.refused()).toMatchObject({ code: 'unauthorized' });
  });

  it('answers nonsense with what is wrong about it', async () => {
    const browser = await browse();
    expect(await browser.host('nonsense')).toMatchObject({ error: { code: 'invalid', field: '/hostId' } });
    expect(await browser.socket.emitWithAck('renew', { token: 'nonsense' })).toMatchObject({
      error: { code: 'unauthorized' },
    });
    // Without somebody to answer to.
    (browser.socket as { emit(event: string, ...args: unknown[]): void }).emit('watchOverview', 7);
    expect(await browser.overview()).toMatchObject({ complete: true });
  });
});

describe('a live connection', () => {
  it('ends with its token, unless a new one of the same person came in time', async () => {
    await hub.stop();
    hub = await startIngest(database.uri, { jwtTtlSeconds: 2 });
    const user = await hub.service(UsersService).create({
      tenantId,
      email: 'ada@example.org',
      name: 'Ada',
      role: 'viewer',
      passwordHash: '-',
    });
    const token = () => hub.service(AccessTokens).sign(user).token;
    const [left, renewed] = [
      await TestBrowser.connected(hub.url, token()),
      await TestBrowser.connected(hub.url, token()),
    ];
    open.push(left, renewed);
    const stranger = await hub.viewer();
    expect(await renewed.socket.emitWithAck('renew', { token: stranger })).toMatchObject({
      error: { code: 'unauthorized' },
    });
    const renewing = setInterval(() => void renewed.socket.emitWithAck('renew', { token: token() }), 300);
    const ending = new Promise((resolve) => left.socket.once('ending', resolve));
    const closed = new Promise((resolve) => left.socket.once('disconnect', resolve));
    expect(await ending).toMatchObject({ code: 'token_expired' });
    expect(await closed).toBe('io server disconnect');
    expect(renewed.socket.connected).toBe(true);
    clearInterval(renewing);
  });

  it('is cut off when it does not read, and holds up nobody else', async () => {
    const [slow, attentive] = [await browse(), await browse()];
    const host = hub.service(HostsService).get(hostId)!;
    await slow.host(hostId);
    await attentive.host(hostId);
    const { ws } = slow.socket.io.engine.transport as unknown as { ws: { _socket: Socket } };
    ws._socket.pause();
    // Each just too small to be compressed, so that they fill what lies between hub and browser.
    const services = Array.from({ length: 50 }, (_, i) => ({
      name: `${i}`.padEnd(250, 'x'),
      state: 'active' as const,
    }));
    const frames = 2_000;
    for (let seq = 0; seq < frames; seq += 1) {
      hub.service(LiveService).frame(host, frame(seq, { services }), Date.now());
      await new Promise(setImmediate);
    }
    hub.service(LiveSockets).sweep(Date.now());
    await vi.waitFor(() => expect(attentive.frames).toHaveLength(frames), 10_000);
    const closed = new Promise((resolve) => slow.socket.once('disconnect', resolve));
    ws._socket.resume();
    expect(await closed).toBe('transport close');
    expect(attentive.socket.connected).toBe(true);
  });
});
