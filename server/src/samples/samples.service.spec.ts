import fc from 'fast-check';
import type { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { BOOT, frameOf, hostId, samplesOn, someHosts, TENANT } from '../../test/samples.js';
import type { MinuteDocument } from './minute-store.js';
import { samplesOf } from './packing/minute-columns.js';
import { unpackSamples } from './packing/pack-samples.js';
import { readLayout } from './packing/stored-layout.js';

const MINUTE = 60_000;
const BEGIN = 29_000_000 * MINUTE;
const LATER = BEGIN + 60 * MINUTE;

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeEach(async () => (database = await freshDatabase()));
afterEach(() => database.drop());

const minutes = () =>
  database.connection.collection<MinuteDocument>('minutes').find().sort({ minute: 1 }).toArray();
const journalled = () => database.connection.collection('journal').countDocuments();

/** Every stored sample as `boot seq`, with its CPU usage. */
async function stored(): Promise<[string, number][]> {
  return (await minutes()).flatMap(({ layout, samples }) =>
    samplesOf(unpackSamples(readLayout(layout), samples!.value())).map(
      ({ bootId, seq, steps, layout: own }): [string, number] => [
        `${bootId} ${seq}`,
        steps[0]! / own.series[0]!.scale,
      ],
    ),
  );
}

describe('SamplesService', () => {
  it('says that a frame is durable only when the journal has it', async () => {
    const { samples } = await samplesOn(database.connection);
    const seen: number[] = [];
    samples.append(frameOf(1, BEGIN), () => seen.push(1), BEGIN);
    await minutes();
    expect(seen).toEqual([]);
    expect(await journalled()).toBe(0);
    await samples.commit();
    expect(seen).toEqual([1]);
    expect(await journalled()).toBe(1);
  });

  it('puts the frames of all hosts of one interval into one journal document', async () => {
    const { samples } = await samplesOn(database.connection);
    for (let n = 0; n < 3; n += 1)
      samples.append({ ...frameOf(n, BEGIN), hostId: hostId(n) }, () => {}, BEGIN);
    await samples.commit();
    expect(await journalled()).toBe(1);
  });

  it('writes a minute once it is over and its late frames had their time, and then empties the journal', async () => {
    const { samples } = await samplesOn(database.connection);
    for (let seq = 0; seq < 60; seq += 1) {
      samples.append(frameOf(seq, BEGIN + seq * 1_000), () => {}, BEGIN + seq * 1_000);
    }
    await samples.commit();
    await samples.writeMinutes(BEGIN + MINUTE);
    expect(await minutes()).toEqual([]);
    await samples.writeMinutes(BEGIN + MINUTE + 25_000);
    expect(await minutes()).toMatchObject([{ count: 60, minute: new Date(BEGIN) }]);
    expect(await journalled()).toBe(0);
  });

  it('gives up a minute that no document can hold, and holds up no other for it', async () => {
    const { samples } = await samplesOn(database.connection);
    const mounts = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`disk.used:/${from + i}`, 1]));
    samples.append(frameOf(0, BEGIN, mounts(0, 15_000)), () => {}, BEGIN);
    await samples.writeMinutes(LATER);
    samples.append(frameOf(1, BEGIN, mounts(15_000, 15_000)), () => {}, LATER);
    samples.append({ ...frameOf(2, BEGIN), hostId: hostId(1) }, () => {}, LATER);
    await samples.writeMinutes(2 * LATER);
    expect((await minutes()).map(({ hostId: host, count }) => [host.toHexString(), count])).toEqual(
      expect.arrayContaining([
        [hostId(0), 1],
        [hostId(1), 1],
      ]),
    );
    expect(await journalled()).toBe(0);
  });

  it('keeps in the journal what belongs to a minute that is still open', async () => {
    const { samples } = await samplesOn(database.connection);
    samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await samples.commit();
    samples.append(frameOf(2, LATER), () => {}, LATER);
    await samples.commit();
    await samples.writeMinutes(LATER);
    expect(await minutes()).toHaveLength(1);
    expect(await journalled()).toBe(1);
  });

  it('stores a frame once that was sent twice, and says both times that it is durable', async () => {
    const { samples } = await samplesOn(database.connection);
    const seen: string[] = [];
    samples.append(frameOf(1, BEGIN), () => seen.push('first'), BEGIN);
    samples.append(frameOf(1, BEGIN), () => seen.push('again'), BEGIN);
    await samples.commit();
    expect(seen).toEqual(['first', 'again']);
    await samples.flush();
    expect(await stored()).toHaveLength(1);
  });

  it('merges late frames into a minute that was written already', async () => {
    const { samples } = await samplesOn(database.connection);
    samples.append(frameOf(2, BEGIN + 2_000), () => {}, BEGIN);
    await samples.flush();
    samples.append(frameOf(1, BEGIN + 1_000, { 'cpu.usage': 50, 'ram.usage': 7 }), () => {}, LATER);
    samples.append(frameOf(2, BEGIN + 2_000), () => {}, LATER);
    await samples.flush();
    expect(await minutes()).toMatchObject([{ count: 2 }]);
    expect(await stored()).toEqual([
      [`${BOOT} 1`, 50],
      [`${BOOT} 2`, 2],
    ]);
    expect(await journalled()).toBe(0);
  });

  it('takes up after a crash what was durable, and forgets what was not', async () => {
    const before = await samplesOn(database.connection);
    before.samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await before.samples.commit();
    before.samples.append(frameOf(2, BEGIN), () => {}, BEGIN);
    const after = await samplesOn(database.connection);
    await after.samples.flush();
    expect(await stored()).toEqual([[`${BOOT} 1`, 1]]);
    expect(await journalled()).toBe(0);
  });

  it('is not ready before the journal is replayed', async () => {
    const { samples, readiness } = await samplesOn(database.connection);
    expect(readiness.reasons).toEqual(['the journal is being replayed']);
    await samples.onApplicationBootstrap();
    expect(readiness.ready).toBe(true);
    await samples.onApplicationShutdown();
  });

  it('leaves a journal entry that cannot be read, and replays the others', async () => {
    const { samples } = await samplesOn(database.connection);
    samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await samples.commit();
    const entries = database.connection.collection('journal');
    const [{ block }] = (await entries.find().toArray()) as unknown as [{ block: mongo.Binary }];
    await entries.insertOne({ block: block.value().subarray(0, 3) });
    samples.append(frameOf(2, BEGIN), () => {}, BEGIN);
    await samples.commit();
    const after = await samplesOn(database.connection);
    await after.samples.flush();
    expect(await stored()).toHaveLength(2);
    expect(await journalled()).toBe(1);
  });

  it('keeps minutes that MongoDB refuses, in memory and in the journal, and writes them later', async () => {
    const { samples } = await samplesOn(database.connection);
    const refusing = (refuses: boolean) =>
      database.connection.db!.command({
        collMod: 'minutes',
        validator: refuses ? { never: { $exists: true } } : {},
      });
    await refusing(true);
    samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await samples.commit();
    await samples.writeMinutes(LATER);
    expect(samples.inMemory(hostId(0), BEGIN, LATER)).toHaveLength(1);
    expect(await journalled()).toBe(1);
    await refusing(false);
    await samples.writeMinutes(LATER);
    expect(await stored()).toHaveLength(1);
    expect(await journalled()).toBe(0);
  });

  it('takes no more of a past that comes faster than it can be written, and all of the present', async () => {
    const { samples } = await samplesOn(database.connection);
    const YEAR = 365 * 24 * 60 * MINUTE;
    let taken = 0;
    for (; !samples.backlogFull(hostId(0)) && taken < 5_000; taken += 1) {
      samples.append(frameOf(taken, BEGIN - YEAR + taken * MINUTE), () => {}, BEGIN);
    }
    expect(taken).toBe(2_000);
    expect(samples.full).toBe(false);
    expect(samples.backlogFull(hostId(1))).toBe(false);
    samples.append(frameOf(taken, BEGIN), () => {}, BEGIN);
    await samples.commit();
    await samples.writeMinutes(BEGIN + 10_000);
    expect(samples.backlogFull(hostId(0))).toBe(false);
    expect(await minutes()).toHaveLength(2_000);
  });

  it('takes no more of a past that comes faster than it can be rolled up', async () => {
    const { samples } = await samplesOn(database.connection);
    const long = BEGIN - 300 * 24 * 60 * MINUTE;
    for (let i = 0; i < 2_000; i += 1) {
      expect(samples.backlogFull(hostId(0))).toBe(false);
      samples.append(frameOf(i, long + i * 10 * MINUTE), () => {}, BEGIN);
      if (i % 1_000 === 999) await samples.writeMinutes(BEGIN + 10_000);
    }
    expect(samples.backlogFull(hostId(0))).toBe(true);
    expect(samples.backlogFull(hostId(1))).toBe(false);
    await samples.writeMinutes(BEGIN + 50_000);
    expect(samples.backlogFull(hostId(0))).toBe(false);
  });

  it('calls back for everything that was taken until then', async () => {
    const { samples } = await samplesOn(database.connection);
    const seen: string[] = [];
    samples.append(frameOf(1, BEGIN), () => seen.push('frame'), BEGIN);
    samples.whenDurable(() => seen.push('all'));
    expect(seen).toEqual([]);
    await samples.commit();
    expect(seen).toEqual(['frame', 'all']);
    expect(await journalled()).toBe(1);
  });

  it('flushes everything when the hub stops', async () => {
    const { samples } = await samplesOn(database.connection);
    samples.append(frameOf(1, LATER), () => {}, LATER);
    await samples.onApplicationShutdown();
    expect(await stored()).toHaveLength(1);
    expect(await journalled()).toBe(0);
  });

  it('forgets a host that was removed: what is stored, what is open, what is in the journal', async () => {
    const hosts = someHosts();
    const { samples } = await samplesOn(database.connection, hosts);
    samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await samples.flush();
    samples.append(frameOf(2, BEGIN), () => {}, BEGIN);
    await samples.commit();
    hosts.remove(hostId(0));
    await samples.forget({ tenantId: TENANT, hostId: hostId(0) });
    expect(await minutes()).toEqual([]);
    const after = await samplesOn(database.connection, hosts);
    await after.samples.flush();
    expect(await minutes()).toEqual([]);
    expect(await journalled()).toBe(0);
  });

  it('loses no acknowledged frame and stores none twice, however frames, crashes and repeats fall', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ what: fc.constant('append'), seq: fc.nat(30) }) },
      ...['commit', 'crash', 'write', 'stop'].map((what) => ({
        weight: 1,
        arbitrary: fc.record({ what: fc.constant(what), seq: fc.constant(0) }),
      })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        await database.connection.dropDatabase();
        let hub = await samplesOn(database.connection);
        const sent = new Set<string>();
        const acked = new Set<string>();
        for (const { what, seq } of steps) {
          const t = BEGIN + seq * 7_000;
          const name = `${BOOT} ${seq}`;
          if (what === 'append') {
            sent.add(name);
            hub.samples.append(frameOf(seq, t), () => acked.add(name), t);
          }
          if (what === 'commit') await hub.samples.commit();
          if (what === 'write') await hub.samples.writeMinutes(LATER);
          if (what === 'stop') await hub.samples.flush();
          if (what === 'crash' || what === 'stop') hub = await samplesOn(database.connection);
        }
        await (await samplesOn(database.connection)).samples.flush();
        const found = await stored();
        const names = found.map(([name]) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => !sent.has(name))).toEqual([]);
        expect([...acked].filter((name) => !names.includes(name))).toEqual([]);
        for (const [name, value] of found) expect(value).toBe(Number(name.split(' ')[1]) % 100);
        expect(await journalled()).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
