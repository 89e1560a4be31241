import type { RetentionTier } from '@tocsin/shared';
import { type Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';

const { ObjectId } = mongo;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** The tiers whose documents are deleted; raw samples are taken out of theirs. */
export type DeletedTier = Exclude<RetentionTier, 'raw'>;

interface PrunedDocument {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  /** No minute before this one has its samples any more, but for late ones. */
  until?: Date;
  /** The earliest minute that may have been written since then. */
  late?: Date;
  /** Before these times each tier may be gone. */
  gone?: Partial<Record<DeletedTier, Date>>;
}

/** Up to when the history of a host is gone, in UTC ms; 0 where nothing was pruned yet. */
export interface PrunedTimes {
  raw: number;
  gone: Partial<Record<DeletedTier, number>>;
  /** From where samples are to be looked for, at the next time. */
  lookFrom: number;
  late: Date | undefined;
}

/**
 * Up to when the history of each host is gone. A tenant that keeps it for longer now does not get back what
 * was deleted: without this nobody could tell that from a host that said nothing.
 */
export class PrunedUntil {
  readonly #collection: mongo.Collection<PrunedDocument>;

  constructor(connection: Connection) {
    this.#collection = nativeCollection(connection, 'pruned');
  }

  async createIndexes(): Promise<void> {
    await this.#collection.createIndex({ tenantId: 1, hostId: 1 }, { unique: true });
  }

  async get(host: HostKey): Promise<PrunedTimes> {
    const found = await this.#collection.findOne(keyOf(host));
    const raw = found?.until?.getTime() ?? 0;
    const gone = Object.entries(found?.gone ?? {}).map(([tier, time]) => [tier, time.getTime()]);
    return {
      raw,
      gone: Object.fromEntries(gone) as PrunedTimes['gone'],
      lookFrom: Math.min(raw, found?.late?.getTime() ?? raw),
      late: found?.late,
    };
  }

  /** To be called before anything is deleted. */
  async setGone(host: HostKey, gone: Record<DeletedTier, number>): Promise<void> {
    const times = Object.entries(gone).map(([tier, time]) => [`gone.${tier}`, new Date(time)]);
    await this.#collection.updateOne(
      keyOf(host),
      { $max: Object.fromEntries(times) },
      { upsert: true, ...DURABLE },
    );
  }

  /** To be called after samples were taken out. Neither time ever goes back. */
  async setRaw(host: HostKey, until: number, { late }: PrunedTimes): Promise<void> {
    await this.#collection.updateOne(keyOf(host), { $max: { until: new Date(until) } }, { upsert: true });
    if (late !== undefined)
      await this.#collection.updateOne({ ...keyOf(host), late }, { $unset: { late: '' } });
  }

  /** To be called before minutes are written for which samples may have been taken out already. */
  async expectLate(minutes: readonly (HostKey & { minute: number })[]): Promise<void> {
    if (minutes.length === 0) return;
    await this.#collection.bulkWrite(
      minutes.map(({ minute, ...host }) => ({
        updateOne: { filter: keyOf(host), update: { $min: { late: new Date(minute) } }, upsert: true },
      })),
      { ordered: false, ...DURABLE },
    );
  }

  async remove(host: HostKey): Promise<void> {
    await this.#collection.deleteOne(keyOf(host));
  }

  /** Every host of the tenant of which something was pruned. */
  async hostIds(tenantId: string): Promise<string[]> {
    const ids = await this.#collection.distinct('hostId', {
      tenantId: ObjectId.createFromHexString(tenantId),
    });
    return ids.map((id) => id.toHexString());
  }
}
