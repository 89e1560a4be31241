import { EventEmitter2 } from '@nestjs/event-emitter';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection, Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAccounts } from '../../test/accounts.js';
import { HUB_EVENTS } from '../events/hub-events.js';
import { HostKeysService, KEYS_PER_HOST } from './host-keys.service.js';
import { type HostRecord, HostsService } from './hosts.service.js';

let hub: Awaited<ReturnType<typeof startAccounts>>;
let hosts: HostsService;
let keys: HostKeysService;
let tenantId: string;
let host: HostRecord;

beforeAll(async () => {
  hub = await startAccounts();
  hosts = hub.service(HostsService);
  keys = hub.service(HostKeysService);
});
afterAll(() => hub.stop());
beforeEach(async () => {
  tenantId = new Types.ObjectId().toHexString();
  host = await hosts.create(tenantId, { name: 'web-1' });
});

const stored = () =>
  hub.database
    .collection('keys')
    .find({ hostId: new Types.ObjectId(host.id) })
    .toArray();

describe('HostKeysService', () => {
  it('makes a key of 256 random bits and the line to run the agent with', async () => {
    const { key, command } = await keys.create(tenantId, host.id);
    expect(key).toMatch(/^toc_[\w-]{43}$/);
    expect(command).toBe(
      'curl -fsSL http://127.0.0.1:8787/agent.tgz | tar xz && ' +
        `TOCSIN_KEY=${key} node tocsin-agent --hub http://127.0.0.1:8787`,
    );
  });

  it('knows whose key it is', async () => {
    const { key, keyId } = await keys.create(tenantId, host.id);
    expect(await keys.authenticate(key)).toEqual({
      tenantId,
      hostId: host.id,
      keyId,
      hostName: 'web-1',
      simulated: false,
    });
  });

  it('knows it after a restart too', async () => {
    const { key } = await keys.create(tenantId, host.id);
    const restarted = await hub.another();
    expect(await restarted.service(HostKeysService).authenticate(key)).toMatchObject({ hostId: host.id });
  });

  it.each(['', 'toc_', `toc_${'A'.repeat(43)}`, '__proto__'])('lets nobody in with "%s"', async (key) => {
    expect(await keys.authenticate(key)).toBe('unknown_key');
  });

  it('stores a hash that nobody could sign in with', async () => {
    const { key } = await keys.create(tenantId, host.id);
    const [entry] = await stored();
    expect(JSON.stringify(entry)).not.toContain(key.slice('toc_'.length + 4));
    expect(await keys.authenticate(entry!.hash)).toBe('unknown_key');
  });

  it('asks MongoDB nothing when thousands of agents come back', async () => {
    const asked: string[] = [];
    const connection = hub.app.get<Connection>(getConnectionToken());
    connection.set('debug', (_collection: string, method: string) => void asked.push(method));
    const { key } = await keys.create(tenantId, host.id);
    const answers = await Promise.all(Array.from({ length: 2000 }, () => keys.authenticate(key)));
    connection.set('debug', false);
    expect(answers.every((answer) => typeof answer === 'object')).toBe(true);
    expect(asked).toEqual(['insertOne']);
  });

  it('remembers when a key was used last', async () => {
    const { key } = await keys.create(tenantId, host.id);
    expect(keys.list(tenantId, host.id)[0]).not.toHaveProperty('lastUsedAt', expect.any(Number));
    await keys.authenticate(key);
    expect(keys.list(tenantId, host.id)[0]?.lastUsedAt).toBeGreaterThan(Date.now() - 10_000);
    await expect.poll(async () => (await stored())[0]?.lastUsedAt).toBeInstanceOf(Date);
  });

  it('shows a key later by its first characters only', async () => {
    const { key, keyId } = await keys.create(tenantId, host.id);
    const [shown] = keys.list(tenantId, host.id);
    expect(shown).toMatchObject({ id: keyId, hint: key.slice(0, 8) });
    expect(Object.keys(shown!).sort()).toEqual(['createdAt', 'hint', 'id', 'lastUsedAt', 'revokedAt']);
  });

  it('refuses a revoked key from that moment on, and after a restart', async () => {
    const { key, keyId } = await keys.create(tenantId, host.id);
    await keys.revoke(tenantId, host.id, keyId);
    expect(await keys.authenticate(key)).toBe('revoked_key');
    expect(await (await hub.another()).service(HostKeysService).authenticate(key)).toBe('revoked_key');
  });

  it('tells of a revocation once, so that the connection can be closed', async () => {
    const told = vi.fn();
    hub.service(EventEmitter2).on(HUB_EVENTS.keyRevoked, told);
    const { keyId } = await keys.create(tenantId, host.id);
    await Promise.all([keys.revoke(tenantId, host.id, keyId), keys.revoke(tenantId, host.id, keyId)]);
    await keys.revoke(tenantId, host.id, keyId);
    expect(told.mock.calls).toEqual([[{ tenantId, hostId: host.id, keyId }]]);
  });

  it('leaves the other keys of the host good, so that a key can be rotated without a gap', async () => {
    const [old, fresh] = [await keys.create(tenantId, host.id), await keys.create(tenantId, host.id)];
    await keys.revoke(tenantId, host.id, old.keyId);
    expect(await keys.authenticate(fresh.key)).toMatchObject({ keyId: fresh.keyId });
  });

  it('ends with its host', async () => {
    const { key } = await keys.create(tenantId, host.id);
    await hosts.remove(tenantId, host.id);
    expect(await keys.authenticate(key)).toBe('unknown_key');
    await expect.poll(stored).toEqual([]);
  });

  it('gives a host no more keys than anybody could keep apart, revoked ones aside', async () => {
    const made = [];
    for (let i = 0; i < KEYS_PER_HOST; i++) made.push(await keys.create(tenantId, host.id));
    await expect(keys.create(tenantId, host.id)).rejects.toMatchObject({ status: 409 });
    await keys.revoke(tenantId, host.id, made[0]!.keyId);
    await expect(keys.create(tenantId, host.id)).resolves.toMatchObject({ hostId: host.id });
  });
});
