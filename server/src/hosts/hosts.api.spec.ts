import type { CreatedHost, CreatedKey, HostKey, HostView } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startAccounts } from '../../test/accounts.js';
import { HostsService } from './hosts.service.js';

/** Everything that was logged, as text. */
const log: string[] = [];
const record = (...words: unknown[]) => void log.push(...words.map((word) => JSON.stringify(word)));
const logger = {
  log: record,
  error: record,
  warn: record,
  debug: record,
  verbose: record,
  fatal: record,
};

let hub: Awaited<ReturnType<typeof startAccounts>>;
let admin: Client;
let stranger: Client;
beforeAll(async () => {
  hub = await startAccounts({ logger });
  admin = hub.signedIn(await hub.user('admin'));
  const tenants = hub.database.collection('tenants');
  const elsewhere = new Types.ObjectId();
  await tenants.insertOne({ _id: elsewhere, slug: 'elsewhere', name: 'Elsewhere', createdAt: new Date() });
  stranger = hub.signedIn(await hub.user('owner', elsewhere.toHexString()));
});
afterAll(() => hub.stop());

let made = 0;
async function addHost(settings = {}): Promise<CreatedHost> {
  const { body } = await admin.post<CreatedHost>('/hosts', { name: `host-${++made}`, ...settings });
  return body;
}

describe('/hosts', () => {
  it('adds a host and gives its first key', async () => {
    const { status, body } = await admin.post<CreatedHost>('/hosts', { name: 'web-1', tags: ['prod'] });
    expect(status).toBe(201);
    expect(body.host).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'web-1',
      tags: ['prod'],
      simulated: false,
      settings: {},
      presence: { status: 'never', since: body.host.createdAt },
      createdAt: expect.any(Number),
    });
    expect(body.key).toMatchObject({ hostId: body.host.id, key: expect.stringMatching(/^toc_/) });
    expect((await admin.get<HostView>(`/hosts/${body.host.id}`)).body).toEqual(body.host);
    expect((await admin.get<HostView[]>('/hosts')).body).toContainEqual(body.host);
  });

  it('never shows the key again, and logs it nowhere', async () => {
    const { host, key } = await addHost();
    const answers = [
      await admin.get('/hosts'),
      await admin.get(`/hosts/${host.id}`),
      await admin.get(`/hosts/${host.id}/keys`),
    ];
    const secret = key.key.slice('toc_'.length + 4);
    expect(JSON.stringify(answers)).not.toContain(secret);
    expect(log.length).toBeGreaterThan(0);
    expect(log.join('\n')).not.toContain(secret);
  });

  it('changes name and tags', async () => {
    const { host } = await addHost();
    const { status, body } = await admin.patch<HostView>(`/hosts/${host.id}`, { tags: ['db', 'prod'] });
    expect(status).toBe(200);
    expect(body).toEqual({ ...host, tags: ['db', 'prod'] });
  });

  it('keeps both of two changes that are made at once', async () => {
    const { host } = await addHost();
    const settings = { interval: 5_000, services: ['nginx'] };
    await Promise.all([
      admin.patch(`/hosts/${host.id}`, { tags: ['db'] }),
      admin.patch(`/hosts/${host.id}`, { settings }),
      admin.patch(`/hosts/${host.id}`, {}),
    ]);
    const restarted = await hub.another();
    const stored = restarted.service(HostsService).get(host.id);
    expect(stored).toMatchObject({ tags: ['db'], settings });
    expect((await admin.get<HostView>(`/hosts/${host.id}`)).body).toMatchObject({ tags: ['db'], settings });
  });

  it('replaces the settings as a whole, and names what is wrong with one', async () => {
    const { host } = await addHost();
    await admin.patch(`/hosts/${host.id}`, { settings: { interval: 5_000 } });
    const { body } = await admin.patch<HostView>(`/hosts/${host.id}`, {
      settings: { excludeDisks: ['/mnt/*'] },
    });
    expect(body.settings).toEqual({ excludeDisks: ['/mnt/*'] });
    for (const [settings, field] of [
      [{ interval: 1 }, '/settings/interval'],
      [{ services: ['a', 'a'] }, '/settings/services'],
      [{ services: ['a\nb'] }, '/settings/services/0'],
      [{ colour: 'red' }, '/settings/colour'],
    ] as const) {
      const answer = await admin.patch(`/hosts/${host.id}`, { settings });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', field } });
    }
  });

  it('shows what the configuration of the host itself fixes', async () => {
    const { host } = await addHost();
    const facts = { bootId: 'a'.repeat(16), version: '1', hostname: 'h', os: 'o', kernel: 'k', arch: 'x' };
    const numbers = { cpus: 1, memTotal: 1, bootTime: 0, interval: 1_000 };
    hub.service(HostsService).introduced(host.id, { ...facts, ...numbers, fixed: ['interval'] });
    const { body } = await admin.get<HostView>(`/hosts/${host.id}`);
    expect(body.facts).toMatchObject({ interval: 1_000, fixed: ['interval'] });
    expect(body.facts).not.toHaveProperty('bootId');
  });

  it('removes a host', async () => {
    const { host } = await addHost();
    expect((await admin.delete(`/hosts/${host.id}`)).status).toBe(204);
    expect((await admin.get(`/hosts/${host.id}`)).status).toBe(404);
    expect((await admin.delete(`/hosts/${host.id}`)).status).toBe(404);
  });

  it('names the field when the name is taken', async () => {
    const { host } = await addHost({ name: 'twin' });
    const { status, body } = await admin.post('/hosts', { name: 'twin' });
    expect(status).toBe(409);
    expect(body).toEqual({
      code: 'conflict',
      message: 'There is already a host named "twin".',
      field: '/name',
    });
    const other = await addHost();
    expect((await admin.patch(`/hosts/${other.host.id}`, { name: host.name })).body.field).toBe('/name');
  });

  it.each([
    ['no name', {}, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name of spaces', { name: '  ' }, '/name'],
    ['a name with a line break', { name: 'a\nb' }, '/name'],
    ['a name that is too long', { name: 'x'.repeat(101) }, '/name'],
    ['a tag that is none', { name: 'x', tags: ['Prod!'] }, '/tags/0'],
    ['a host that says it is simulated', { name: 'x', simulated: true }, '/simulated'],
    ['a host for another tenant', { name: 'x', tenantId: 'f'.repeat(24) }, '/tenantId'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const answer = await admin.post('/hosts', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid', field });
  });

  it.each(['x', '0'.repeat(24), '..%2f..', '%00'])('has no host "%s"', async (id) => {
    expect((await admin.get(`/hosts/${id}`)).status).toBe(404);
    expect((await admin.patch(`/hosts/${id}`, { name: 'x' })).status).toBe(404);
    expect((await admin.delete(`/hosts/${id}`)).status).toBe(404);
  });
});

describe('/hosts/:id/keys', () => {
  it('adds, lists and revokes keys', async () => {
    const { host, key: first } = await addHost();
    const { status, body: second } = await admin.post<CreatedKey>(`/hosts/${host.id}/keys`);
    expect(status).toBe(201);
    expect((await admin.delete(`/hosts/${host.id}/keys/${first.keyId}`)).status).toBe(204);
    const { body } = await admin.get<HostKey[]>(`/hosts/${host.id}/keys`);
    expect(body).toEqual([
      {
        id: first.keyId,
        hint: expect.any(String),
        createdAt: expect.any(Number),
        revokedAt: expect.any(Number),
      },
      { id: second.keyId, hint: expect.any(String), createdAt: expect.any(Number) },
    ]);
  });

  it("does not revoke one host's key through another host", async () => {
    const [one, other] = [await addHost(), await addHost()];
    expect((await admin.delete(`/hosts/${other.host.id}/keys/${one.key.keyId}`)).status).toBe(404);
  });
});

describe("another tenant's host", () => {
  const routes: [method: string, path: string, body?: object][] = [
    ['GET', '/hosts/:id'],
    ['PATCH', '/hosts/:id', { name: 'mine' }],
    ['DELETE', '/hosts/:id'],
    ['GET', '/hosts/:id/keys'],
    ['POST', '/hosts/:id/keys'],
    ['DELETE', '/hosts/:id/keys/:keyId'],
  ];
  it.each(routes)('is not there for %s %s', async (method, path, body) => {
    const { host, key } = await addHost();
    const exact = path.replace(':id', host.id).replace(':keyId', key.keyId);
    const answer = await stranger.send(method, exact, body);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ code: 'not_found', message: 'There is no such host.' });
    expect((await admin.get<HostView>(`/hosts/${host.id}`)).body).toEqual(host);
    expect((await admin.get<HostKey[]>(`/hosts/${host.id}/keys`)).body).toHaveLength(1);
  });

  it('is not in the list', async () => {
    await addHost();
    expect((await stranger.get<HostView[]>('/hosts')).body).toEqual([]);
  });
});
