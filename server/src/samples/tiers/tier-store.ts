import { type Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';
import { packRollups } from '../packing/rollup.js';
import { batchesOf } from '../cursor-batches.js';
import { inSpans } from '../in-spans.js';
import type { SpanRollups } from './merge-rollups.js';
import type { Span } from './runs.js';
import { type Tier, TIERS } from './tier.js';

const { Binary, ObjectId } = mongo;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** A document of a tier: what is left of one host in one step. */
export interface TierDocument {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  start: Date;
  /** As that of a minute. */
  layout: string;
  rollups: mongo.Binary;
}

export type StoredRollups = Pick<TierDocument, 'start' | 'layout' | 'rollups'>;

/** What is to stand for a step of a host from now on. `start` is UTC ms. */
export interface RolledUpStep extends HostKey {
  start: number;
  rollups: SpanRollups | undefined;
}

/** The coarser tiers in MongoDB, each a collection; every filter and document carries its tenant. */
export class TierStore {
  readonly #collections: ReadonlyMap<Tier, mongo.Collection<TierDocument>>;

  constructor(connection: Connection) {
    this.#collections = new Map(
      TIERS.map((tier) => [tier, nativeCollection<TierDocument>(connection, tier.collection)]),
    );
  }

  async createIndexes(): Promise<void> {
    for (const tier of TIERS) {
      await this.#of(tier).createIndex({ tenantId: 1, hostId: 1, start: 1 }, { unique: true });
    }
  }

  /** Each in the place of what the step had; nothing where there are no roll-ups. Durable when it returns. */
  async write(tier: Tier, steps: readonly RolledUpStep[]): Promise<void> {
    if (steps.length === 0) return;
    await this.#of(tier).bulkWrite(
      steps.map(({ start, rollups: of, ...host }) => {
        const filter = { ...keyOf(host), start: new Date(start) };
        if (of === undefined) return { deleteOne: { filter } };
        const rollups = new Binary(packRollups(of.rollups));
        const replacement = { ...filter, layout: of.layout.text, rollups };
        return { replaceOne: { filter, replacement, upsert: true } };
      }),
      { ordered: false, ...DURABLE },
    );
  }

  async has(tier: Tier, host: HostKey, start: number): Promise<boolean> {
    const found = await this.#of(tier).findOne(
      { ...keyOf(host), start: new Date(start) },
      { projection: { _id: 1 } },
    );
    return found !== null;
  }

  /** In order of time, from `from` up to but not including `to`, in UTC ms. */
  async *read(tier: Tier, host: HostKey, from: number, to: number): AsyncGenerator<StoredRollups> {
    yield* this.#of(tier)
      .find({ ...keyOf(host), start: { $gte: new Date(from), $lt: new Date(to) } })
      .project<StoredRollups>({ _id: 0, start: 1, layout: 1, rollups: 1 })
      .sort({ start: 1 })
      .batchSize(2_000);
  }

  /** All within these stretches of whole steps, many at a time. */
  async *readWithin(tier: Tier, host: HostKey, spans: readonly Span[]): AsyncGenerator<StoredRollups[]> {
    for (const start of inSpans(spans, tier.stepMs)) {
      const found = this.#of(tier)
        .find({ ...keyOf(host), start })
        .project<StoredRollups>({ _id: 0, start: 1, layout: 1, rollups: 1 })
        .batchSize(2_000);
      yield* batchesOf(found);
    }
  }

  /** Removes the steps from `from` up to but not including `to`, in UTC ms. */
  async prune(tier: Tier, host: HostKey, { from, to }: Span): Promise<void> {
    const old = { ...keyOf(host), start: { $gte: new Date(from), $lt: new Date(to) } };
    await this.#of(tier).deleteMany(old);
  }

  async removeHost(host: HostKey): Promise<void> {
    for (const tier of TIERS) await this.#of(tier).deleteMany(keyOf(host));
  }

  /** Every host of which the tenant has a step. */
  async hostIds(tier: Tier, tenantId: string): Promise<string[]> {
    const ids = await this.#of(tier).distinct('hostId', {
      tenantId: ObjectId.createFromHexString(tenantId),
    });
    return ids.map((id) => id.toHexString());
  }

  #of(tier: Tier): mongo.Collection<TierDocument> {
    return this.#collections.get(tier)!;
  }
}
