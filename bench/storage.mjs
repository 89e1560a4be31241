import { SeriesReader } from '@tocsin/shared';
import mongoose from 'mongoose';
import { bucketDocuments, packedMinutes, plainDocuments, timeSeries } from './storage-forms.mjs';
import { frameSource } from './frame.mjs';

const HOSTS = 200;
/** What all hosts report, second by second, when writing is measured. */
const SECONDS = 300;
/** What one more host reports, so that there is a day to be read. */
const DAY_SECONDS = 86_400;
const QUERIES = 7;

/** The forms in which samples could be kept, written and read with the same values. */
export async function measureStorage(mongodb, report) {
  const forms = [packedMinutes, plainDocuments, timeSeries, bucketDocuments];
  const results = [];
  for (const form of forms) {
    report(`samples as ${form.name}`);
    const connection = await mongoose
      .createConnection(mongodb.another(`storage-${results.length}`))
      .asPromise();
    results.push({ name: form.name, ...(await measureForm(form, connection, mongodb)) });
    await connection.dropDatabase();
    await connection.close();
  }
  return results;
}

async function measureForm(form, connection, mongodb) {
  const store = await form.open(connection);
  const tenantId = new mongoose.mongo.ObjectId().toHexString();
  const hosts = Array.from({ length: HOSTS }, () => new Source(tenantId));
  const begin = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 2 * 86_400_000;
  const seconds = [];
  for (let n = 0; n < SECONDS; n += 1) seconds.push(hosts.map((host) => host.sample(n, begin + n * 1_000)));

  const before = { node: process.cpuUsage(), mongod: await mongodb.cpu() };
  await store.write(seconds);
  const { user, system } = process.cpuUsage(before.node);
  const mongod = (await mongodb.cpu()) - before.mongod;
  const written = HOSTS * SECONDS;

  const measured = new Source(tenantId);
  for (let from = 0; from < DAY_SECONDS; from += 3_600) {
    const hour = [];
    for (let n = from; n < from + 3_600; n += 1) hour.push([measured.sample(n, begin + n * 1_000)]);
    await store.write(hour);
  }
  await connection.db.admin().command({ fsync: 1 });
  const { storageSize, totalIndexSize } = await connection.db.command({ collStats: store.collection });
  const day = { tenantId, hostId: measured.hostId, from: begin, to: begin + DAY_SECONDS * 1_000 };
  return {
    node: (user + system) / written,
    mongod: mongod / written,
    bytes: (storageSize + totalIndexSize) / (written + DAY_SECONDS),
    queryMs: await medianMs(() => store.day(day)),
  };
}

/** One host's samples. */
class Source {
  #next = frameSource();
  #reader = new SeriesReader();
  hostId = new mongoose.mongo.ObjectId().toHexString();

  constructor(tenantId) {
    this.tenantId = tenantId;
  }

  sample(seq, t) {
    const { tenantId, hostId } = this;
    return { tenantId, hostId, seq, t, sample: this.#reader.read(this.#next(t)) };
  }
}

async function medianMs(query) {
  const times = [];
  for (let n = 0; n < QUERIES; n += 1) {
    const begun = performance.now();
    const steps = await query();
    if (steps !== 288) throw new Error(`a day has 288 steps of five minutes, not ${steps}`);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[Math.floor(QUERIES / 2)];
}
