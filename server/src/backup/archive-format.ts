import type { mongo } from 'mongoose';
import { Type, type Static } from 'typebox';

/*
 * A backup is one gzip stream of BSON documents, one after the other: the head; then for each collection a
 * document that names it, its documents as MongoDB stores them, and an int32 of 0, which no document
 * begins with; and last the foot. `gunzip` and any BSON reader can take it apart.
 */

/** Goes up when an older Tocsin could not read the archive any more. */
export const FORMAT = 1;

export const Head = Type.Object({
  tocsinBackup: Type.Integer({ minimum: 1 }),
  /** Of the Tocsin that made it. */
  version: Type.String(),
  /** The moment that it shows, ISO 8601. */
  at: Type.String(),
  mongodb: Type.String(),
  /** Every migration that the data knows of. */
  migrations: Type.Array(Type.String()),
  collections: Type.Array(Type.String()),
});
export type Head = Static<typeof Head>;

export const Section = Type.Object({
  collection: Type.String({ minLength: 1 }),
  /** As `listIndexes` says, without that of `_id`. */
  indexes: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});
export interface Section {
  collection: string;
  indexes: mongo.IndexDescriptionInfo[];
}

export const Total = Type.Object({
  collection: Type.String(),
  count: Type.Integer({ minimum: 0 }),
  /** Of its documents, unpacked. */
  bytes: Type.Integer({ minimum: 0 }),
  /** SHA-256 of its documents in their order, in hex. */
  sha256: Type.String(),
});
export type Total = Static<typeof Total>;

export const Foot = Type.Object({ totals: Type.Array(Total) });
export type Foot = Static<typeof Foot>;

export const END_OF_COLLECTION = Buffer.alloc(4);
/** The longest document that MongoDB has, with room for what it adds itself, in bytes. */
export const LONGEST_DOCUMENT = 16 * 2 ** 20 + 16 * 2 ** 10;

/** What is of the running hubs, and not of the data. */
export const NOT_DATA: ReadonlySet<string> = new Set(['hubs', 'leases', 'restore']);
/** Where a restore loads collections before it puts them in their place. */
export const LOADING = 'restoring.';

/** The names of all collections that hold data, in order. */
export async function dataCollections(db: mongo.Db): Promise<string[]> {
  const all = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return all
    .map(({ name }) => name)
    .filter((name) => !NOT_DATA.has(name) && !name.startsWith(LOADING) && !name.startsWith('system.'))
    .sort();
}
