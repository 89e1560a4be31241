import type { Connection, Model } from 'mongoose';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { freshDatabase } from '../../test/database.js';
import { BackgroundUpdates } from './background-updates.js';
import { Host, HostSchema } from './host.schema.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let connection: Connection;
let model: Model<Host>;
let logger: Logger;
let updates: BackgroundUpdates<Host>;
const tenantId = new Types.ObjectId().toHexString();

beforeAll(async () => {
  database = await freshDatabase();
  connection = database.connection;
  model = connection.model<Host>(Host.name, HostSchema);
  await model.init();
});
afterAll(() => database.drop());
beforeEach(() => {
  logger = new Logger('spec');
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
  updates = new BackgroundUpdates(model, logger);
});

async function insertHost(): Promise<string> {
  const _id = new Types.ObjectId();
  await model.create({
    _id,
    tenantId: new Types.ObjectId(tenantId),
    name: _id.toHexString(),
    tags: [],
    simulated: false,
    presence: { status: 'never', since: 0 },
    createdAt: new Date(),
  });
  return _id.toHexString();
}
const stored = (id: string) => model.findById(id).lean<Host>();
const seen = (since: number) => ({ presence: { status: 'online' as const, since } });

/** A database that refuses, until told otherwise, every change to what it holds. */
const refuseWrites = (refuse: boolean) =>
  connection.db!.command({ collMod: 'hosts', validator: refuse ? { never: true } : {} });

describe('BackgroundUpdates', () => {
  it('writes what it was given', async () => {
    const id = await insertHost();
    updates.set(tenantId, id, seen(1));
    await expect.poll(async () => (await stored(id))?.presence.since).toBe(1);
  });

  it('leaves the newest of many values', async () => {
    const id = await insertHost();
    for (let since = 1; since <= 500; since++) updates.set(tenantId, id, seen(since));
    await updates.stop();
    expect((await stored(id))?.presence.since).toBe(500);
  });

  it('writes more documents than fit one batch', async () => {
    const ids = await Promise.all(Array.from({ length: 3 }, insertHost));
    for (let i = 0; i < 1200; i++) updates.set(tenantId, new Types.ObjectId().toHexString(), seen(1));
    for (const id of ids) updates.set(tenantId, id, seen(7));
    await updates.stop();
    for (const id of ids) expect((await stored(id))?.presence.since).toBe(7);
  });

  it('makes no document that is gone', async () => {
    const id = new Types.ObjectId().toHexString();
    updates.set(tenantId, id, seen(1));
    await updates.stop();
    expect(await stored(id)).toBeNull();
  });

  it("does not touch another tenant's document", async () => {
    const id = await insertHost();
    updates.set(new Types.ObjectId().toHexString(), id, seen(1));
    await updates.stop();
    expect((await stored(id))?.presence.since).toBe(0);
  });

  describe('while MongoDB takes no writes', () => {
    it('tries again until it does, newest value first, and says so once', async () => {
      const id = await insertHost();
      await refuseWrites(true);
      updates.set(tenantId, id, { ...seen(1), simulated: true });
      await expect.poll(() => logger.warn).toHaveBeenCalled();
      updates.set(tenantId, id, seen(2));
      await refuseWrites(false);
      await expect.poll(async () => (await stored(id))?.presence.since, { timeout: 5000 }).toBe(2);
      expect((await stored(id))?.simulated).toBe(true);
      expect(logger.warn).toHaveBeenCalledOnce();
    });

    it('does not hold up the end of the hub', async () => {
      const id = await insertHost();
      await refuseWrites(true);
      updates.set(tenantId, id, seen(1));
      await expect.poll(() => logger.warn).toHaveBeenCalled();
      const start = performance.now();
      await updates.stop();
      expect(performance.now() - start).toBeLessThan(1000);
      await refuseWrites(false);
    });
  });
});
