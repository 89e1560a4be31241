import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { mongodCacheDir } from '../server/dist/database/embedded/binary/cache-dir.js';
import { EmbeddedMongod } from '../server/dist/database/embedded/embedded-mongod.js';

const CLOCK_TICK_US = 10_000;

/** A MongoDB for this run: one of its own on loopback, or a database of its own on `MONGODB_URI`. */
export async function startMongodb(report) {
  const given = process.env.MONGODB_URI;
  const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-bench-'));
  const places = { mongodPath: process.env.MONGOD_PATH, cacheDir: await mongodCacheDir(dataDir), dataDir };
  const mongod = given ? undefined : await EmbeddedMongod.start(places, report);
  const url = new URL(given ?? mongod.uri);
  url.pathname = `/tocsin-bench-${process.pid}`;
  const connection = await mongoose.createConnection(url.toString()).asPromise();
  const others = [];
  return {
    uri: url.toString(),
    db: connection.db,
    /** The address of one more database there; gone with the rest. */
    another: (name) => {
      const other = new URL(url);
      other.pathname = `${url.pathname}-${name}`;
      others.push(other.pathname.slice(1));
      return other.toString();
    },
    /** CPU that mongod used until now, in µs; undefined where it runs elsewhere. */
    cpu: async () => {
      if (mongod?.pid === undefined || process.platform !== 'linux') return undefined;
      const stat = await readFile(`/proc/${mongod.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_US;
    },
    stop: async () => {
      for (const name of others) await connection.useDb(name).dropDatabase();
      await connection.dropDatabase();
      await connection.close();
      await mongod?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A bare `insertMany`: the same numbers as plain documents, a thousand at a time. */
export async function bareInserts(db, next, seconds) {
  const collection = db.collection('bare');
  const batch = () => Array.from({ length: 1_000 }, (_, host) => ({ host, ...next(Date.now()) }));
  await collection.insertMany(batch());
  let documents = 0;
  let inserting = 0;
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    const some = batch();
    const before = process.cpuUsage();
    await collection.insertMany(some);
    const { user, system } = process.cpuUsage(before);
    inserting += user + system;
    documents += some.length;
  }
  const elapsed = performance.now() - begun;
  await collection.drop();
  return { perSecond: (documents / elapsed) * 1000, cpu: inserting / documents };
}

/** What a sample of the collection `minutes` takes on disk, indexes included, in bytes. */
export async function bytesPerSample(db) {
  await db.admin().command({ fsync: 1 });
  const { storageSize, totalIndexSize } = await db.command({ collStats: 'minutes' });
  const [{ samples }] = await db
    .collection('minutes')
    .aggregate([{ $group: { _id: null, samples: { $sum: '$count' } } }])
    .toArray();
  return (storageSize + totalIndexSize) / samples;
}
