import { type Connection, mongo } from 'mongoose';
import { batchesOf } from './cursor-batches.js';
import { storedAlready } from './duplicates-only.js';
import { type HostKey, keyOf } from './host-key.js';
import { nativeCollection } from './native-collection.js';
import { inSpans } from './in-spans.js';
import { fitsInMinute, MINUTE_MS } from './open-minutes.js';
import { columnsOf, type MinuteColumns, samplesOf, type StoredSample } from './packing/minute-columns.js';
import { packSamples, unpackSamples } from './packing/pack-samples.js';
import { packRollups, rollUp } from './packing/rollup.js';
import { readLayout } from './packing/stored-layout.js';
import type { Span } from './tiers/runs.js';

const { Binary, ObjectId } = mongo;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** A document of the collection `minutes`: one host's samples of one minute. */
export interface MinuteDocument {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  /** Its beginning. */
  minute: Date;
  count: number;
  /** Which series the minute has: `StoredLayout.text`. */
  layout: string;
  /** See `packRollups`. */
  rollups: mongo.Binary;
  /** See `packSamples`. Gone once the tenant keeps only roll-ups of the minute. */
  samples?: mongo.Binary;
}

/** A minute that no document can hold, now or later. */
export class MinuteTooLargeError extends Error {
  constructor() {
    super('it holds more than one document can');
  }
}

/** What is to be written of a minute. It may be stored already, in part or as a whole. */
export interface MinuteOfHost {
  tenantId: string;
  hostId: string;
  /** UTC ms. */
  minute: number;
  samples: readonly StoredSample[];
}

type Written<Detail extends 'rollups' | 'samples'> = Required<
  Pick<MinuteDocument, 'minute' | 'layout' | Detail>
>;

/**
 * Minutes in MongoDB. The native collection is used in place of Mongoose because each host writes here
 * once a minute and a chart reads thousands; every filter and document carries its tenant.
 */
export class MinuteStore {
  readonly #collection: mongo.Collection<MinuteDocument>;

  constructor(connection: Connection) {
    this.#collection = nativeCollection(connection, 'minutes');
  }

  async createIndexes(): Promise<void> {
    await this.#collection.createIndex({ tenantId: 1, hostId: 1, minute: 1 }, { unique: true });
  }

  /**
   * Writes minutes, durable when it returns. A minute that is stored already is merged with what is new.
   * @throws MinuteTooLargeError, and what MongoDB says
   */
  async write(minutes: readonly MinuteOfHost[]): Promise<void> {
    if (minutes.length === 0) return;
    const documents = minutes.map((minute) => documentOf(minute, columnsOf(minute.samples)));
    try {
      await this.#collection.insertMany(documents, { ordered: false, ...DURABLE });
    } catch (error) {
      const there = storedAlready(error, documents.length);
      if (there === undefined) throw error;
      for (const place of there) await this.#merge(minutes[place]!);
    }
  }

  /**
   * In order of time, from `from` up to but not including `to`, in UTC ms.
   * @param most so many at most; 0 for all
   */
  async *read<Detail extends 'rollups' | 'samples'>(
    host: HostKey,
    from: number,
    to: number,
    detail: Detail,
    most = 0,
  ): AsyncGenerator<Written<Detail>> {
    yield* this.#collection
      .find({
        ...keyOf(host),
        minute: { $gte: new Date(from), $lt: new Date(to) },
        ...(detail === 'samples' && { samples: { $exists: true } }),
      })
      .project<Written<Detail>>({ _id: 0, minute: 1, layout: 1, [detail]: 1 })
      .sort({ minute: 1 })
      .limit(most)
      .batchSize(2_000);
  }

  /** All within these stretches of whole minutes, many at a time. */
  async *readWithin<Detail extends 'rollups' | 'samples'>(
    host: HostKey,
    spans: readonly Span[],
    detail: Detail,
  ): AsyncGenerator<Written<Detail>[]> {
    for (const minute of inSpans(spans, MINUTE_MS)) {
      const found = this.#collection
        .find({ ...keyOf(host), minute, ...(detail === 'samples' && { samples: { $exists: true } }) })
        .project<Written<Detail>>({ _id: 0, minute: 1, layout: 1, [detail]: 1 })
        .batchSize(2_000);
      yield* batchesOf(found);
    }
  }

  /** Leaves only the roll-ups of the minutes from `from` up to but not including `before`. */
  async pruneSamples(host: HostKey, from: number, before: number): Promise<void> {
    await this.#collection.updateMany(
      { ...keyOf(host), minute: { $gte: new Date(from), $lt: new Date(before) } },
      { $unset: { samples: '' } },
    );
  }

  /** Removes the minutes from `from` up to but not including `to`, in UTC ms. */
  async prune(host: HostKey, { from, to }: Span): Promise<void> {
    await this.#collection.deleteMany({
      ...keyOf(host),
      minute: { $gte: new Date(from), $lt: new Date(to) },
    });
  }

  async removeHost(host: HostKey): Promise<void> {
    await this.#collection.deleteMany(keyOf(host));
  }

  /** Every host of which the tenant has a minute. */
  async hostIds(tenantId: string): Promise<string[]> {
    const ids = await this.#collection.distinct('hostId', {
      tenantId: ObjectId.createFromHexString(tenantId),
    });
    return ids.map((id) => id.toHexString());
  }

  async #merge(minute: MinuteOfHost): Promise<void> {
    const filter = { ...keyOf(minute), minute: new Date(minute.minute) };
    for (;;) {
      const stored = await this.#collection.findOne(filter);
      if (stored === null) {
        await this.#collection.insertOne(documentOf(minute, columnsOf(minute.samples)), DURABLE);
        return;
      }
      // Its samples are older than the tenant keeps any: nobody can tell which of these are among them.
      if (stored.samples === undefined) return;
      const before = samplesOf(unpackSamples(readLayout(stored.layout), stored.samples.value()));
      const merged = columnsOf([...before, ...minute.samples]);
      // Late frames were within the bounds by themselves, and may not be together with what is stored.
      const { layout, times } = merged;
      const size = {
        series: layout.series.length,
        samples: times.length,
        nameBytes: Buffer.byteLength(layout.text),
      };
      if (!fitsInMinute(size)) throw new MinuteTooLargeError();
      // Samples are only ever added: an equal count says that nobody else wrote in between.
      const result = await this.#collection.replaceOne(
        { ...filter, _id: stored._id, count: stored.count },
        documentOf(minute, merged),
        DURABLE,
      );
      if (result.matchedCount === 1) return;
    }
  }
}

const documentOf = (of: MinuteOfHost, columns: MinuteColumns): MinuteDocument => ({
  ...keyOf(of),
  minute: new Date(of.minute),
  count: columns.times.length,
  layout: columns.layout.text,
  rollups: new Binary(packRollups(columns.columns.map(rollUp))),
  samples: new Binary(packSamples(columns)),
});

/** Whether to try again is in vain: it is the minute that is at fault, not MongoDB that is away. */
export const isForGood = (error: unknown): boolean =>
  error instanceof MinuteTooLargeError ||
  error instanceof RangeError ||
  error instanceof mongo.MongoInvalidArgumentError ||
  error instanceof mongo.BSON.BSONError;
