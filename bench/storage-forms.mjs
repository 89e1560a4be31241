import { mongo } from 'mongoose';
import { MinuteStore } from '../server/dist/samples/minute-store.js';
import { unpackRollups } from '../server/dist/samples/packing/rollup.js';
import { quantise, readLayout, storedLayoutOf } from '../server/dist/samples/packing/stored-layout.js';

const BOOT = '0123456789abcdef';
const MINUTE_MS = 60_000;
const STEP_MS = 5 * MINUTE_MS;
const METRIC = 'cpu.usage';
const PACKED_PER_WRITE = 50;

const idOf = (hex) => mongo.ObjectId.createFromHexString(hex);
/** As a name of a field: no dots. */
const fieldOf = ({ key }) => key.replaceAll('.', '_');
const FIELD = fieldOf({ key: METRIC });
const rangeOf = ({ from, to }) => ({ $gte: new Date(from), $lt: new Date(to) });

function valuesOf({ layout, values }) {
  return Object.fromEntries(layout.series.map((series, i) => [fieldOf(series), values[i]]));
}

/** Samples of each host and minute. */
function minutesOf(seconds) {
  const minutes = new Map();
  for (const one of seconds.flat()) {
    const minute = Math.floor(one.t / MINUTE_MS) * MINUTE_MS;
    const name = `${one.hostId} ${minute}`;
    const found = minutes.get(name);
    if (found === undefined) minutes.set(name, { ...one, minute, all: [one] });
    else found.all.push(one);
  }
  return [...minutes.values()];
}

async function inParts(all, size, write) {
  for (let at = 0; at < all.length; at += size) await write(all.slice(at, at + size));
}

/** As the hub keeps them. */
export const packedMinutes = {
  name: 'packed minutes, 50 a write (as the hub does)',
  async open(connection) {
    const store = new MinuteStore(connection);
    await store.createIndexes();
    return {
      collection: 'minutes',
      write: (seconds) =>
        inParts(minutesOf(seconds), PACKED_PER_WRITE, (some) => store.write(some.map(packedMinute))),
      async day({ tenantId, hostId, from, to }) {
        const steps = new Map();
        for await (const { minute, layout: text, rollups } of store.read(
          { tenantId, hostId },
          from,
          to,
          'rollups',
        )) {
          const layout = readLayout(text);
          const place = layout.series.findIndex(({ key }) => key === METRIC);
          const { min, max, sum, count } = unpackRollups(rollups.value(), layout.series.length)[place];
          const at = Math.floor((minute - from) / STEP_MS);
          const step = steps.get(at) ?? { min, max, sum: 0, count: 0 };
          step.min = Math.min(step.min, min);
          step.max = Math.max(step.max, max);
          step.sum += sum;
          step.count += count;
          steps.set(at, step);
        }
        return steps.size;
      },
    };
  },
};

function packedMinute({ tenantId, hostId, minute, all }) {
  const samples = all.map(({ seq, t, sample }) => {
    const layout = storedLayoutOf(sample.layout);
    return { bootId: BOOT, seq, t, layout, steps: quantise(layout, sample.values) };
  });
  return { tenantId, hostId, minute, samples };
}

const documentOf = ({ tenantId, hostId, t, sample }) => ({
  tenantId: idOf(tenantId),
  hostId: idOf(hostId),
  t: new Date(t),
  ...valuesOf(sample),
});

/** Least, mean and greatest of each step, made by MongoDB. */
const stepsOf = (collection, match) =>
  collection
    .aggregate([
      { $match: match },
      {
        $group: {
          _id: { $dateTrunc: { date: '$t', unit: 'minute', binSize: 5 } },
          min: { $min: `$${FIELD}` },
          avg: { $avg: `$${FIELD}` },
          max: { $max: `$${FIELD}` },
        },
      },
    ])
    .toArray();

export const plainDocuments = {
  name: 'a document a sample, a second of all hosts a write',
  async open({ db }) {
    const collection = db.collection('plain');
    await collection.createIndex({ tenantId: 1, hostId: 1, t: 1 });
    return {
      collection: 'plain',
      write: (seconds) => inBatches(collection, seconds, documentOf),
      day: async ({ tenantId, hostId, ...range }) =>
        (await stepsOf(collection, { tenantId: idOf(tenantId), hostId: idOf(hostId), t: rangeOf(range) }))
          .length,
    };
  },
};

export const timeSeries = {
  name: 'a time-series collection, a second of all hosts a write',
  async open({ db }) {
    const collection = await db.createCollection('series', {
      timeseries: { timeField: 't', metaField: 'host', granularity: 'seconds' },
    });
    const seriesOf = ({ tenantId, hostId, t, sample }) => ({
      host: { tenantId: idOf(tenantId), hostId: idOf(hostId) },
      t: new Date(t),
      ...valuesOf(sample),
    });
    return {
      collection: 'system.buckets.series',
      write: (seconds) => inBatches(collection, seconds, seriesOf),
      day: async ({ tenantId, hostId, ...range }) =>
        (
          await stepsOf(collection, {
            // MongoDB keeps the fields of this one in an order of its own.
            'host.tenantId': idOf(tenantId),
            'host.hostId': idOf(hostId),
            t: rangeOf(range),
          })
        ).length,
    };
  },
};

/** A second of all hosts at a time; of a single host as many seconds as make a write worth it. */
async function inBatches(collection, seconds, make) {
  const together = Math.max(1, Math.floor(200 / seconds[0].length));
  await inParts(seconds, together, (some) =>
    collection.insertMany(some.flat().map(make), { ordered: false }),
  );
}

export const bucketDocuments = {
  name: 'columns of a minute as arrays, 50 a write',
  async open({ db }) {
    const collection = db.collection('buckets');
    await collection.createIndex({ tenantId: 1, hostId: 1, minute: 1 });
    return {
      collection: 'buckets',
      write: (seconds) =>
        inParts(minutesOf(seconds), PACKED_PER_WRITE, (some) => collection.insertMany(some.map(bucketOf))),
      async day({ tenantId, hostId, ...range }) {
        const steps = await collection
          .aggregate([
            { $match: { tenantId: idOf(tenantId), hostId: idOf(hostId), minute: rangeOf(range) } },
            {
              $group: {
                _id: { $dateTrunc: { date: '$minute', unit: 'minute', binSize: 5 } },
                min: { $min: { $min: `$${FIELD}` } },
                avg: { $avg: { $avg: `$${FIELD}` } },
                max: { $max: { $max: `$${FIELD}` } },
              },
            },
          ])
          .toArray();
        return steps.length;
      },
    };
  },
};

function bucketOf({ tenantId, hostId, minute, all }) {
  const columns = {};
  for (const { sample } of all) {
    sample.layout.series.forEach((series, i) => (columns[fieldOf(series)] ??= []).push(sample.values[i]));
  }
  return {
    tenantId: idOf(tenantId),
    hostId: idOf(hostId),
    minute: new Date(minute),
    t: all.map(({ t }) => new Date(t)),
    ...columns,
  };
}
