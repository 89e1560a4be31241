import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHub } from '../../test/hub.js';
import { Config } from '../config/config.js';
import { Migrator } from '../database/migrations/migrator.js';
import { RestoreMark } from '../database/restore-mark.js';
import { RunningHubs } from '../database/running-hubs.js';
import { examine, lookAround } from './doctor.js';
import { EXPECTED_INDEXES } from './expected-indexes.js';
import type { Finding } from './finding.js';

const { ObjectId } = mongo;
const MINUTE = 60_000;

const about = (findings: readonly Finding[], check: string): Finding =>
  findings.find((finding) => finding.check === check)!;
const wrong = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status !== 'ok').map(({ check, status }) => `${check}: ${status}`);

describe('examine', () => {
  let hub: Awaited<ReturnType<typeof startHub>>;
  let config: Config;
  let tenant: mongo.ObjectId | undefined;
  beforeEach(async () => {
    tenant = undefined;
    hub = await startHub();
    config = new Config({ dataDir: '/nowhere' });
    await new Migrator(hub.database, () => {}).run(new AbortController().signal);
  });
  afterEach(() => hub.stop());

  const look = (now = Date.now()) => examine({ config, connection: hub.database, now });
  const collection = (name: string) => hub.database.db!.collection(name);
  const host = async (status: string, since = 0) => {
    const tenantId = (tenant ??= (await collection('tenants').insertOne({ slug: 'default' })).insertedId);
    const document = { tenantId, name: `host-${status}`, presence: { status, since } };
    return { tenantId, hostId: (await collection('hosts').insertOne(document)).insertedId };
  };
  const running = async () => {
    const hubs = new RunningHubs(hub.database);
    await hubs.join();
    return hubs;
  };

  it('finds nothing wrong with a hub that has just started', async () => {
    expect(wrong(await look())).toEqual([]);
  });

  it('knows every index that a hub makes', async () => {
    const made: string[] = [];
    for (const { name } of await hub.database.db!.listCollections().toArray()) {
      for (const index of await collection(name).indexes()) {
        if (index.name !== '_id_') made.push(`${name} ${JSON.stringify(index.key)} ${index.unique === true}`);
      }
    }
    const expected = EXPECTED_INDEXES.map(
      ({ collection, key, unique }) => `${collection} ${JSON.stringify(key)} ${unique}`,
    );
    expect(expected.sort()).toEqual(made.sort());
  });

  it('names an index that is missing', async () => {
    await collection('users').dropIndex('email_1');
    expect(about(await look(), 'indexes')).toMatchObject({
      status: 'error',
      message: 'Missing: users (email) unique.',
    });
  });

  it('tells a journal that waits for a hub from one that a hub does not empty', async () => {
    const now = Date.now();
    const _id = ObjectId.createFromTime(Math.floor((now - 20 * MINUTE) / 1_000));
    await collection('journal').insertOne({ _id, block: new mongo.Binary(Buffer.alloc(1_000)) });
    expect(about(await look(now), 'journal')).toMatchObject({
      status: 'ok',
      message: '1 entries, 1.0 kB, the oldest 20 minutes old. The next start of the hub takes them up.',
    });
    const hubs = await running();
    expect(about(await look(now), 'journal')).toMatchObject({
      status: 'warning',
      figures: { entries: 1, bytes: 1_000 },
    });
    await hubs.leave();
  });

  it('sees roll-ups that are overdue', async () => {
    const now = Date.now();
    const due = new Date(now - 20 * MINUTE);
    await collection('rollups_due').insertOne({ ...(await host('online')), tier: '10m', start: due, due });
    const hubs = await running();
    expect(about(await look(now), 'roll-ups')).toMatchObject({
      status: 'warning',
      message: '1 steps are overdue, the first by 20 minutes.',
    });
    await hubs.leave();
  });

  it('counts hosts, and names one that is online and of which nothing is stored', async () => {
    const now = Date.now();
    await host('lost');
    await host('online', now - 60 * MINUTE);
    const hubs = await running();
    expect(about(await look(now), 'hosts')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('2 (1 lost, 1 online)'),
      figures: { hosts: 2, behind: ['host-online'] },
    });
    await hubs.leave();
  });

  it('finds history of hosts that are gone', async () => {
    const { tenantId, hostId } = await host('online');
    const start = new Date(0);
    await collection('rollups_1h').insertMany([
      { tenantId, hostId, start },
      { tenantId, hostId: new ObjectId(), start },
      { tenantId: new ObjectId(), hostId, start },
    ]);
    expect(about(await look(), 'orphans')).toMatchObject({ status: 'warning', figures: { rollups_1h: 2 } });
  });

  it('shows what is pending, what is newer, and a restore that was not finished', async () => {
    await collection('migrations').deleteMany({});
    expect(about(await look(), 'migrations')).toMatchObject({
      status: 'warning',
      message: 'Pending: 001-roll-up-old-minutes.',
    });
    await collection('migrations').insertOne({ _id: '999-later' as never, version: '9.0.0' });
    await new RestoreMark(hub.database).set('swapping');
    const findings = await look();
    expect(about(findings, 'migrations')).toMatchObject({ status: 'error' });
    expect(about(findings, 'restore')).toMatchObject({ status: 'error' });
    await collection('migrations').deleteMany({});
  });

  it('makes an error of a check that cannot be done', async () => {
    const findings = await examine({ config, connection: { db: undefined } as never, now: 0 });
    for (const finding of findings) expect(finding).toMatchObject({ status: 'error' });
  });
});

describe('lookAround', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tocsin-doctor-'));
    await mkdir(join(dataDir, 'mongodb'), { mode: 0o700 });
  });
  afterEach(() => rm(dataDir, { recursive: true }));
  const look = (settings: Partial<Config> = {}) => lookAround(new Config({ dataDir, port: 1, ...settings }));

  it('is content with a folder for the hub alone and a free port', async () => {
    expect(wrong(await look())).toEqual([]);
  });

  it('warns of data that others can read', async () => {
    await chmod(join(dataDir, 'mongodb'), 0o755);
    expect(about(await look(), 'data folder')).toMatchObject({
      status: 'warning',
      mend: `Run: chmod 700 ${dataDir}/mongodb`,
    });
  });

  it('tells a hub from another program on its port', async () => {
    const hub = await startHub();
    const port = Number(new URL(hub.url).port);
    expect(about(await look({ port }), 'port')).toMatchObject({ status: 'ok', figures: { hub: 'ready' } });
    await hub.stop();
    const other = createServer((_, response) => response.end('It works!'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = (other.address() as AddressInfo).port;
    expect(about(await look({ port: taken }), 'port')).toMatchObject({ status: 'error' });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it.each([
    ['0.0.0.0', 'http://127.0.0.1:8787', 'means this machine on each machine'],
    ['0.0.0.0', 'http://192.0.2.1:8787', 'in the clear'],
    ['127.0.0.1', 'https://127.0.0.1.invalid', 'does not lead to a hub'],
  ])('warns when HOST is %s and the public URL %s', async (host, publicUrl, message) => {
    expect(about(await look({ host, publicUrl }), 'public URL')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(message),
    });
  });
});
