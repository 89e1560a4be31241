import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, type LoggerService } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { Config } from '../src/config/config.js';
import { ConfigError } from '../src/config/environment.js';
import { Leases } from '../src/database/leases.js';
import { MIGRATIONS_LEASE } from '../src/database/migrations/migrator.js';
import { RestoreMark } from '../src/database/restore-mark.js';
import { RunningHubs } from '../src/database/running-hubs.js';
import { EmbeddedMongod } from '../src/database/embedded/embedded-mongod.js';
import { freePort } from '../src/database/embedded/free-port.js';
import { Hub } from '../src/hub.js';
import { freshDatabase } from './database.js';

// What the specs provoke needs no line in their output.
Logger.overrideLogger(false);
const SILENT: LoggerService = { log() {}, warn() {}, error() {} };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let port: number;
let hub: Hub;
beforeEach(async () => {
  database = await freshDatabase();
  port = await freePort();
  hub = new Hub(new Config({ dataDir: '/nowhere', mongodbUri: database.uri, port }), SILENT);
});
afterEach(async () => {
  await hub.stop();
  await database.drop();
});

const get = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, body: (await answer.json()) as { message?: string } };
};

describe('the start of a hub', () => {
  it('waits for another hub that migrates, and says so at its address', async () => {
    const other = new Leases(database.connection);
    await other.hold(MIGRATIONS_LEASE, 60_000);
    const started = hub.start();
    await vi.waitFor(async () => expect((await get('/health/live')).status).toBe(200), { timeout: 10_000 });
    const notReady = { code: 'not_ready', message: 'Not ready: migrating the data of an earlier version.' };
    expect(await get('/health/ready')).toEqual({ status: 503, body: notReady });
    expect(await get('/api/v1/hosts')).toEqual({ status: 503, body: notReady });
    await other.release(MIGRATIONS_LEASE);
    await started;
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('can be broken off while it waits', async () => {
    await new Leases(database.connection).hold(MIGRATIONS_LEASE, 60_000);
    const started = hub.start();
    const broken = expect(started).rejects.toThrow('aborted');
    await vi.waitFor(async () => expect((await get('/health/live')).status).toBe(200), { timeout: 10_000 });
    await hub.stop();
    await broken;
    await expect(get('/health/live')).rejects.toThrow();
  });

  it('refuses data of a newer version', async () => {
    await database.connection
      .collection<{ _id: string; version: string }>('migrations')
      .insertOne({ _id: '999-not-known', version: '9.0.0' });
    const refusal = await hub.start().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).toContain('made by a newer Tocsin (9.0.0, migration 999-not-known)');
  });

  it.each([
    ['loading', 'A restore runs on this database'],
    ['swapping', 'was not finished'],
  ] as const)('refuses data that is being restored (%s)', async (phase, message) => {
    await new RestoreMark(database.connection).set(phase);
    await expect(hub.start()).rejects.toThrow(message);
    expect(await new RunningHubs(database.connection).all()).toEqual([]);
  });

  it('says that a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    await expect(hub.start()).rejects.toThrow(`Port ${port} is in use.`);
    await new Promise((resolve) => taken.close(resolve));
  });

  it('is known to others for as long as it runs', async () => {
    await hub.start();
    expect(await new RunningHubs(database.connection).all()).toMatchObject([{ pid: process.pid }]);
    await hub.stop();
    expect(await new RunningHubs(database.connection).all()).toEqual([]);
  });
});

describe('the stop of a hub', () => {
  it('does not wait for a MongoDB that hangs', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-hub-'));
    const places = { dataDir, cacheDir: dataDir, mongodPath: inject('mongodBinary') };
    const mongod = await EmbeddedMongod.start(places, () => {});
    hub = new Hub(new Config({ dataDir, mongodbUri: mongod.uri, port }), SILENT);
    try {
      await hub.start();
      process.kill(mongod.pid!, 'SIGSTOP');
      await hub.stop();
    } finally {
      process.kill(mongod.pid!, 'SIGCONT');
      await mongod.stop();
      await rm(dataDir, { recursive: true });
    }
  });
});
