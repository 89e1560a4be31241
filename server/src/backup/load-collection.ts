import { mongo } from 'mongoose';
import { LOADING, type Section, type Total } from './archive-format.js';

const { BSON } = mongo;
/** Documents go to MongoDB in batches of so many bytes: one message takes 48 MB. */
const BATCH_BYTES = 8 * 2 ** 20;
const BATCH_DOCUMENTS = 1_000;
/** Numbers and binaries stay of the type that they were stored as. */
const AS_STORED = { promoteValues: false, promoteBuffers: false, promoteLongs: false } as const;

/** Loads one collection of an archive beside the one that is there. */
export class LoadedCollection {
  readonly #collection: mongo.Collection;
  #batch: mongo.Document[] = [];
  #bytes = 0;

  private constructor(
    db: mongo.Db,
    private readonly section: Section,
  ) {
    this.#collection = db.collection(LOADING + section.collection);
  }

  static async begin(db: mongo.Db, section: Section): Promise<LoadedCollection> {
    const loaded = new LoadedCollection(db, section);
    await db.createCollection(LOADING + section.collection);
    return loaded;
  }

  async add(document: Buffer): Promise<void> {
    this.#batch.push(BSON.deserialize(document, AS_STORED));
    this.#bytes += document.length;
    if (this.#bytes >= BATCH_BYTES || this.#batch.length >= BATCH_DOCUMENTS) await this.#write();
  }

  /** @throws when MongoDB does not count as many as the archive has */
  async end({ count }: Total): Promise<void> {
    await this.#write();
    // Built at the end: that is faster, and a unique one finds out about documents that are there twice.
    const indexes = this.section.indexes.map(({ v: _, ...index }) => index as mongo.IndexDescription);
    if (indexes.length > 0) await this.#collection.createIndexes(indexes);
    const there = await this.#collection.countDocuments();
    if (there !== count)
      throw new Error(`${this.section.collection} has ${there} documents after loading, and not ${count}`);
  }

  async #write(): Promise<void> {
    if (this.#batch.length === 0) return;
    await this.#collection.insertMany(this.#batch, { writeConcern: { w: 'majority', j: true } });
    [this.#batch, this.#bytes] = [[], 0];
  }
}
