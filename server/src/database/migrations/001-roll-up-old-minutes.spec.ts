import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundled } from '../../../test/bundled.js';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, samplesOn, someHosts, TENANT } from '../../../test/samples.js';
import { Migrator } from './migrator.js';
import type { MigrationRecord } from './migration-log.js';

const { ObjectId } = mongo;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const BEGIN = 20_000 * DAY;
const ID = '001-roll-up-old-minutes';
const NEVER = new AbortController().signal;
const PATIENCE = { timeout: 30_000, interval: 5 };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let program: Awaited<ReturnType<typeof bundled>>;
let children: ChildProcess[];
beforeAll(async () => {
  program = await bundled('migrate.ts');
});
afterAll(() => program.remove());
beforeEach(async () => {
  database = await freshDatabase();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
});

const collection = (name: string) => database.connection.db!.collection(name);
const migrate = () => new Migrator(database.connection, () => {}).run(NEVER);
const start = () => {
  const child = fork(program.file, [database.uri]);
  children.push(child);
  return child;
};
const record = () => database.connection.db!.collection<MigrationRecord>('migrations').findOne({ _id: ID });

/** Minutes as the migration sees them: it reads their keys only. */
async function someMinutes(hosts: number, minutes: number) {
  for (let host = 0; host < hosts; host += 1) {
    await collection('minutes').insertMany(
      Array.from({ length: minutes }, (_, n) => ({
        tenantId: new ObjectId(TENANT),
        hostId: new ObjectId(hostId(host)),
        minute: new Date(BEGIN + n * MINUTE),
      })),
      { ordered: false },
    );
  }
}
const marks = () => collection('rollups_due').find({ tier: '10m' }).sort({ hostId: 1, start: 1 }).toArray();

describe(ID, () => {
  it('has the minutes of before there were tiers rolled up', async () => {
    const hub = await samplesOn(database.connection, someHosts(2));
    for (const host of [0, 1]) {
      for (let n = 0; n < 25; n += 1) {
        hub.samples.append({ ...frameOf(n, BEGIN + n * MINUTE), hostId: hostId(host) }, () => {}, BEGIN);
      }
    }
    await hub.samples.writeMinutes(BEGIN + DAY);
    // As an earlier version left it.
    await collection('rollups_due').drop();
    await migrate();
    expect((await marks()).map(({ hostId, start }) => [hostId.toHexString(), start.getTime()])).toEqual(
      [0, 1].flatMap((host) => [0, 10, 20].map((n) => [hostId(host), BEGIN + n * MINUTE])),
    );

    const again = await samplesOn(database.connection, someHosts(2));
    await again.rollUps.rollUp(Date.now() + DAY);
    expect(await collection('rollups_10m').countDocuments()).toBe(6);
  });

  it('has nothing to do in an empty database', async () => {
    await migrate();
    expect(await marks()).toEqual([]);
    expect((await record())?.finishedAt).toBeInstanceOf(Date);
  });

  it('goes on where a hub was killed -9 in the middle', { timeout: 90_000 }, async () => {
    await someMinutes(4, 20_000);
    const hub = start();
    await vi.waitFor(async () => expect((await record())?.progress?.done).toBeGreaterThan(0), PATIENCE);
    hub.kill('SIGKILL');
    await once(hub, 'exit');
    const before = await record();
    expect(before?.finishedAt).toBeUndefined();

    await migrate();
    expect((await marks()).map(({ start }) => start.getTime())).toEqual(
      [0, 1, 2, 3].flatMap(() => Array.from({ length: 2_000 }, (_, n) => BEGIN + n * 10 * MINUTE)),
    );
    const after = await record();
    expect(after?.startedAt).toEqual(before?.startedAt);
    // None was done twice but the one that was cut, and that one was not counted.
    expect(after!.progress!.done).toBe(80_000);
  });

  it('is done once by two hubs that start together', { timeout: 90_000 }, async () => {
    await someMinutes(2, 20_000);
    const hubs = [start(), start()];
    const ends = await Promise.all(hubs.map(async (hub) => (await once(hub, 'exit'))[0] as number));
    expect(ends).toEqual([0, 0]);
    expect(await marks()).toHaveLength(4_000);
    expect((await record())!.progress!.done).toBe(40_000);
  });
});
