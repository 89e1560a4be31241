import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  bruteForce,
  inDisorder,
  someFrames,
  type Summary,
  type TestFrame,
} from '../../../test/brute-force.js';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, samplesOn, TENANT } from '../../../test/samples.js';
import { unpackRollups } from '../packing/rollup.js';
import { readLayout } from '../packing/stored-layout.js';
import type { TierDocument } from './tier-store.js';
import { type Tier, TIERS } from './tier.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGIN = 20_000 * DAY;
/** So long after the last frame everything is over, written and due. */
const LATER = 10 * DAY;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
beforeEach(async () => {
  database = await freshDatabase();
  hub = await samplesOn(database.connection);
});
afterEach(() => database.drop());

const append = ({ seq, t, values }: TestFrame) => hub.samples.append(frameOf(seq, t, values), () => {}, t);

/** Everything that is written until now is rolled up, tier after tier. */
async function rollUpAll(now: number, by = hub) {
  await by.samples.writeMinutes(now);
  for (let round = 1; round <= TIERS.length; round += 1) await by.rollUps.rollUp(now + round * DAY);
}

/** What is stored of a tier, by start and series, in units. */
async function stored(tier: Tier): Promise<ReturnType<typeof bruteForce>> {
  const documents = await database.connection.collection<TierDocument>(tier.collection).find().toArray();
  return Object.fromEntries(
    documents.map(({ start, layout: text, rollups }) => {
      const layout = readLayout(text);
      const summary = unpackRollups(rollups.value(), layout.series.length).map((rollup, i) => [
        layout.series[i]!.key,
        rollup,
      ]);
      return [start.toISOString(), Object.fromEntries(summary) as Record<string, Summary>];
    }),
  );
}

/** Where the roll-up is cut off, as a kill -9 does it: at its nth writing of this collection. */
const cut = fc.record({
  collection: fc.constantFrom(...TIERS.map((tier) => tier.collection), 'rollups_due'),
  at: fc.integer({ min: 1, max: 8 }),
});

describe('Roll-ups', () => {
  it('are made of each tier once its steps are over, and of no step before', async () => {
    for (let i = 0; i < 120; i += 1)
      append({ seq: i, t: BEGIN + i * MINUTE, values: { 'cpu.usage': i % 100 } });
    await hub.samples.writeMinutes(BEGIN + 3 * HOUR);
    await hub.rollUps.rollUp(BEGIN + HOUR);
    expect(await stored(TIERS[0]!)).toEqual({});
    await hub.rollUps.rollUp(BEGIN + 3 * HOUR + 5 * MINUTE);
    expect(Object.keys(await stored(TIERS[0]!))).toHaveLength(12);
    expect(await stored(TIERS[1]!)).toEqual({});
    await hub.rollUps.rollUp(BEGIN + 3 * HOUR + 15 * MINUTE);
    expect(Object.keys(await stored(TIERS[1]!))).toHaveLength(2);
    expect(await stored(TIERS[2]!)).toEqual({});
    await hub.rollUps.rollUp(BEGIN + DAY + 5 * MINUTE);
    expect(Object.values(await stored(TIERS[2]!))).toEqual([
      { 'cpu.usage': { min: 0, max: 990, sum: 51_400, count: 120 } },
    ]);
    expect(await database.connection.collection('rollups_due').countDocuments()).toBe(0);
  });

  it('equal what brute force makes of the samples, however frames come late, twice and in disorder, and wherever the hub is killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        someFrames(BEGIN),
        fc.infiniteStream(fc.nat({ max: 1_000_000 })),
        fc.array(cut, { maxLength: 3 }),
        async (frames, random, cuts) => {
          await database.connection.dropDatabase();
          hub = await samplesOn(database.connection);
          let now = BEGIN + LATER;
          for (const frame of inDisorder(frames, () => random.next().value!)) {
            append(frame);
            if (random.next().value! % 4 !== 0) continue;
            await rollUpAll((now += DAY));
          }
          for (const { collection, at } of cuts) {
            await hub.samples.commit();
            hub = await killedWhile(collection, at, (doomed) => rollUpAll((now += DAY), doomed));
          }
          await rollUpAll((now += DAY));
          await rollUpAll((now += DAY));
          for (const tier of TIERS) expect(await stored(tier)).toEqual(bruteForce(frames, tier.stepMs));
          expect(await database.connection.collection('rollups_due').countDocuments()).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it('of what cannot be read are given up, and hold up no other', async () => {
    append({ seq: 1, t: BEGIN, values: { 'cpu.usage': 1 } });
    append({ seq: 2, t: BEGIN + HOUR, values: { 'cpu.usage': 2 } });
    await hub.samples.writeMinutes(BEGIN + LATER);
    const minutes = database.connection.collection('minutes');
    await minutes.updateOne({ minute: new Date(BEGIN) }, { $set: { rollups: new mongoose.mongo.Binary() } });
    await rollUpAll(BEGIN + LATER);
    expect(Object.keys(await stored(TIERS[0]!))).toEqual([new Date(BEGIN + HOUR).toISOString()]);
    expect(await database.connection.collection('rollups_due').countDocuments()).toBe(0);
  });

  it('go with their host', async () => {
    append({ seq: 1, t: BEGIN, values: { 'cpu.usage': 1 } });
    await rollUpAll(BEGIN + LATER);
    for (const tier of TIERS) expect(Object.keys(await stored(tier))).toHaveLength(1);
    await hub.samples.forget({ tenantId: TENANT, hostId: hostId(0) });
    await hub.rollUps.forget({ tenantId: TENANT, hostId: hostId(0) });
    for (const tier of TIERS) expect(await stored(tier)).toEqual({});
  });
});

/**
 * A start of the hub that is cut off from MongoDB for good when it writes to a collection for the nth time,
 * as a kill -9 does it: nobody knows whether that writing was done. Returns the next start.
 */
async function killedWhile(collection: string, nth: number, run: (doomed: typeof hub) => Promise<void>) {
  const connection = await mongoose.createConnection(database.uri, { monitorCommands: true }).asPromise();
  const doomed = await samplesOn(connection);
  let writings = 0;
  connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const writes = ['insert', 'update', 'delete'].includes(commandName);
    if (!writes || command[commandName] !== collection) return;
    writings += 1;
    if (writings === nth) void connection.getClient().close(true);
  });
  await run(doomed);
  await connection.close(true);
  // The lease of the dead ends by MongoDB's own clock, which a test cannot put forward.
  await database.connection.collection('leases').deleteMany({});
  return samplesOn(database.connection);
}
