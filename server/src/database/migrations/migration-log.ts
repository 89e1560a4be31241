import type { Connection, mongo } from 'mongoose';
import type { Batch, Cursor } from './migration.js';

/** A document of the collection `migrations`: what has become of one. */
export interface MigrationRecord {
  _id: string;
  /** Of the hub that began it. */
  version: string;
  startedAt: Date;
  /** Left out while it is not done. */
  finishedAt?: Date;
  progress?: { cursor: Cursor; done: number };
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
const FROM_DISK = { readConcern: { level: 'majority' } } as const;

/** What the database says of migrations. Each writing is durable when it returns. */
export class MigrationLog {
  constructor(private readonly connection: Connection) {}

  async all(): Promise<ReadonlyMap<string, MigrationRecord>> {
    const records = await this.#log.find({}, FROM_DISK).sort({ _id: 1 }).toArray();
    return new Map(records.map((record) => [record._id, record]));
  }

  /** Notes that it begins; one that was begun before goes on from where it was. */
  async begin(id: string, version: string): Promise<MigrationRecord> {
    const record = await this.#log.findOneAndUpdate(
      { _id: id },
      [
        {
          $set: {
            version: { $ifNull: ['$version', version] },
            startedAt: { $ifNull: ['$startedAt', '$$NOW'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after', ...DURABLE },
    );
    return record!;
  }

  async progress(id: string, { cursor, done }: Batch): Promise<void> {
    await this.#log.updateOne(
      { _id: id },
      { $set: { 'progress.cursor': cursor }, $inc: { 'progress.done': done } },
      DURABLE,
    );
  }

  /** The cursor is of no use to anybody any more. */
  async finish(id: string): Promise<void> {
    await this.#log.updateOne(
      { _id: id },
      { $currentDate: { finishedAt: true }, $unset: { 'progress.cursor': '' } },
      DURABLE,
    );
  }

  get #log(): mongo.Collection<MigrationRecord> {
    return this.connection.db!.collection<MigrationRecord>('migrations');
  }
}
