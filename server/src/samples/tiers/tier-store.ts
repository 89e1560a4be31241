import { type Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';
import { packRollups } from '../packing/rollup.js';
import type { SpanRollups } from './merge-rollups.js';
import { type Tier, TIERS } from './tier.js';

const { Binary } = mongo;
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

  /** In the place of what the step had. Durable when it returns. */
  async write(tier: Tier, host: HostKey, start: number, { layout, rollups }: SpanRollups): Promise<void> {
    const key = { ...keyOf(host), start: new Date(start) };
    await this.#of(tier).replaceOne(
      key,
      { ...key, layout: layout.text, rollups: new Binary(packRollups(rollups)) },
      { upsert: true, ...DURABLE },
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

  async remove(tier: Tier, host: HostKey, start: number): Promise<void> {
    await this.#of(tier).deleteOne({ ...keyOf(host), start: new Date(start) }, DURABLE);
  }

  /** Removes all that is older than `before`, in UTC ms. Returns how many steps that were. */
  async prune(tier: Tier, host: HostKey, before: number): Promise<number> {
    const old = { ...keyOf(host), start: { $lt: new Date(before) } };
    return (await this.#of(tier).deleteMany(old)).deletedCount;
  }

  async removeHost(host: HostKey): Promise<void> {
    for (const tier of TIERS) await this.#of(tier).deleteMany(keyOf(host));
  }

  #of(tier: Tier): mongo.Collection<TierDocument> {
    return this.#collections.get(tier)!;
  }
}
