import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { startDataHub } from '../../../test/data.js';
import { freshDatabase } from '../../../test/database.js';
import { EmbeddedMongod } from '../../database/embedded/embedded-mongod.js';
import { PresenceService } from '../../presence/presence.service.js';
import { SamplesService } from '../../samples/samples.service.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A signal is sent before it is heeded: `T` says that the process stands still. */
const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

describe('while MongoDB stands still', () => {
  let dataDir: string;
  let mongod: EmbeddedMongod;
  let hub: Awaited<ReturnType<typeof startDataHub>>;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tocsin-data-'));
    mongod = await EmbeddedMongod.start(
      { dataDir, cacheDir: dataDir, mongodPath: inject('mongodBinary') },
      () => {},
    );
    hub = await startDataHub({ mongodbUri: mongod.uri });
  });
  afterEach(async () => {
    process.kill(mongod.pid!, 'SIGCONT');
    await hub.stop();
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('nothing is called stored, and it is stored once when it was sent again', async () => {
    const host = await hub.host();
    const t = Date.now();
    const bodies = [
      { t, cpu: { usage: 11 } },
      { frames: [1, 2].map((n) => ({ t: t - n * MINUTE, cpu: { usage: n } })) },
    ];
    await hub.post(host.key, { ram_usage: 1 });
    process.kill(mongod.pid!, 'SIGSTOP');
    await vi.waitFor(() => expect(stateOf(mongod.pid!)).toBe('T'), 5_000);
    const asked = Date.now();
    const answers = bodies.map((body) => hub.post(host.key, body));
    await vi.waitFor(() => expect(hub.service(PresenceService).of(host.id).status).toBe('online'));
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answer.body.message).toMatch(/Send it again/);
      expect(answer.headers.get('retry-after')).toBe('10');
    }
    expect(Date.now() - asked).toBeGreaterThanOrEqual(9_900);
    expect(Date.now() - asked).toBeLessThan(15_000);

    process.kill(mongod.pid!, 'SIGCONT');
    for (const [i, body] of bodies.entries()) {
      expect(await hub.post(host.key, body)).toMatchObject({ status: 200, body: { stored: i + 1 } });
    }
    await hub.service(SamplesService).writeMinutes(t + 86_400 * SECOND);
    expect(await hub.values(host.id, ['cpu.usage'], t - 5 * MINUTE, t + MINUTE)).toEqual({
      'cpu.usage': [2, 1, 11],
    });
    const minutes = await hub.app
      .get<Connection>(getConnectionToken())
      .collection('minutes')
      .find()
      .toArray();
    expect(minutes.reduce((sum, { count }) => sum + count, 0)).toBe(1 + 3);
  }, 60_000);
});

describe('a host that posts', () => {
  it('is called lost by no restart of the hub', async () => {
    const { uri: mongodbUri, drop } = await freshDatabase();
    const first = await startDataHub({ mongodbUri });
    const host = await first.host();
    await first.post(host.key, { cpu_usage: 1 });
    await first.app.close();
    const second = await startDataHub({ mongodbUri });
    try {
      const presence = second.service(PresenceService);
      expect(presence.of(host.id).status).toBe('stale');
      const now = Date.now();
      for (let s = 1; s < 179; s += 1) presence.tick(now + s * SECOND);
      expect(presence.of(host.id).status).toBe('stale');
      expect((await second.post(host.key, { cpu_usage: 1 })).body.live).toBe(true);
      expect(presence.of(host.id).status).toBe('online');
    } finally {
      for (const one of [first, second]) await one.stop();
      await drop();
    }
  });
});
