import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, type LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { EmbeddedMongod } from '../database/embedded/embedded-mongod.js';
import { HealthModule } from './health.module.js';
import { MongodbWatch } from './mongodb-watch.js';
import { ReadinessService } from './readiness.service.js';

/** A signal is sent before it is heeded: `T` says that the process stands still. */
const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

const PATIENCE = { timeout: 15_000, interval: 50 };

describe('MongodbWatch', () => {
  let dataDir: string;
  let mongod: EmbeddedMongod;
  let testing: TestingModule;
  let warned: string[];
  const startMongod = () =>
    EmbeddedMongod.start({ dataDir, cacheDir: dataDir, mongodPath: inject('mongodBinary') }, () => {});

  beforeEach(async () => {
    warned = [];
    const logger: LoggerService = { log() {}, error() {}, warn: (message) => warned.push(String(message)) };
    Logger.overrideLogger(logger);
    dataDir = await mkdtemp(join(tmpdir(), 'tocsin-watch-'));
    mongod = await startMongod();
    const config = new Config({ dataDir, mongodbUri: mongod.uri });
    testing = await Test.createTestingModule({
      imports: [ConfigModule.of(config), DatabaseModule, HealthModule],
    })
      .setLogger(logger)
      .compile();
  });
  afterEach(async () => {
    await testing.close();
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('knows that MongoDB is away and that it is back, and lets agents in meanwhile', async () => {
    const readiness = testing.get(ReadinessService);
    const watch = testing.get(MongodbWatch);
    expect(await watch.answers()).toBe(true);

    await mongod.stop();
    await vi.waitFor(() => expect(warned).toEqual(['The connection is gone.']), PATIENCE);
    expect(await watch.answers()).toBe(false);
    expect(readiness.ready).toBe(true);

    mongod = await startMongod();
    await expect.poll(() => watch.answers(), PATIENCE).toBe(true);
  });

  it('does not wait long for a MongoDB that hangs', async () => {
    const watch = testing.get(MongodbWatch);
    process.kill(mongod.pid!, 'SIGSTOP');
    await vi.waitFor(() => expect(stateOf(mongod.pid!)).toBe('T'), PATIENCE);
    try {
      const asked = Date.now();
      expect(await Promise.all(Array.from({ length: 50 }, () => watch.answers()))).not.toContain(true);
      expect(Date.now() - asked).toBeLessThan(4_000);
    } finally {
      process.kill(mongod.pid!, 'SIGCONT');
    }
    await expect.poll(() => watch.answers(), PATIENCE).toBe(true);
  });

  it('does not call the end of the hub an outage', async () => {
    await testing.close();
    expect(warned).toEqual([]);
  });
});
