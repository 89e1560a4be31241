import type { Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';

interface PrunedDocument {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  /** No minute before this one has its samples any more. */
  until: Date;
}

/** Up to when the samples of each host are gone, so that only the next ones need to be looked at. */
export class PrunedUntil {
  readonly #collection: mongo.Collection<PrunedDocument>;

  constructor(connection: Connection) {
    this.#collection = nativeCollection(connection, 'pruned');
  }

  async createIndexes(): Promise<void> {
    await this.#collection.createIndex({ tenantId: 1, hostId: 1 }, { unique: true });
  }

  /** UTC ms; 0 when nothing was pruned yet. */
  async get(host: HostKey): Promise<number> {
    return (await this.#collection.findOne(keyOf(host)))?.until.getTime() ?? 0;
  }

  /** Never goes back: a tenant that keeps samples for longer now does not get back those that are gone. */
  async set(host: HostKey, until: number): Promise<void> {
    await this.#collection.updateOne(keyOf(host), { $max: { until: new Date(until) } }, { upsert: true });
  }

  async remove(host: HostKey): Promise<void> {
    await this.#collection.deleteOne(keyOf(host));
  }
}
