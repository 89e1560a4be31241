import type { RetentionTier } from '@tocsin/shared';
import type { Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';
import { TIERS } from '../tiers/tier.js';

/** The last documents of a host that are looked at. */
const DOCUMENTS = 30;
/** Of a smaller collection, in bytes, the files say nothing: they grow in steps, and after a while. */
const TELLING_BYTES = 4_000_000;

/** What a document of each tier takes on disk, in bytes, with its share of the indexes. */
export type DocumentSizes = Record<RetentionTier, number>;

interface Sizes {
  all: number;
  raw: number;
}

/** Measures what is stored. */
export class StoredSizes {
  constructor(private readonly connection: Connection) {}

  /** Of the tiers that these hosts have documents of. */
  async of(hosts: readonly HostKey[]): Promise<Partial<DocumentSizes>> {
    const sizes: Partial<DocumentSizes> = {};
    const minutes = await this.#lastOf('minutes', 'minute', hosts);
    if (minutes !== undefined) {
      const onDisk = await this.#onDisk('minutes');
      sizes.raw = minutes.raw * onDisk;
      sizes['1m'] = (minutes.all - minutes.raw) * onDisk;
    }
    for (const { name, collection } of TIERS) {
      const documents = await this.#lastOf(collection, 'start', hosts);
      if (documents !== undefined) sizes[name] = documents.all * (await this.#onDisk(collection));
    }
    return sizes;
  }

  /** The mean of the hosts' last documents, in bytes of BSON. */
  async #lastOf(name: string, time: string, hosts: readonly HostKey[]): Promise<Sizes | undefined> {
    const found: Sizes[] = [];
    for (const host of hosts) {
      const last = nativeCollection<mongo.Document>(this.connection, name).aggregate<Sizes>([
        { $match: keyOf(host) },
        { $sort: { [time]: -1 } },
        { $limit: DOCUMENTS },
        {
          $project: {
            _id: 0,
            all: { $bsonSize: '$$ROOT' },
            raw: { $ifNull: [{ $binarySize: '$samples' }, 0] },
          },
        },
      ]);
      found.push(...(await last.toArray()));
    }
    if (found.length === 0) return undefined;
    const mean = (of: keyof Sizes) => found.reduce((sum, one) => sum + one[of], 0) / found.length;
    return { all: mean('all'), raw: mean('raw') };
  }

  /** Bytes on disk, indexes included, for one byte of BSON. */
  async #onDisk(name: string): Promise<number> {
    const [stats] = await nativeCollection<mongo.Document>(this.connection, name)
      .aggregate<{
        storageStats: Record<'size' | 'storageSize' | 'freeStorageSize' | 'totalIndexSize', number>;
      }>([{ $collStats: { storageStats: {} } }])
      .toArray();
    const { size, storageSize, freeStorageSize, totalIndexSize } = stats!.storageStats;
    return size < TELLING_BYTES ? 1 : (storageSize - freeStorageSize + totalIndexSize) / size;
  }
}
