import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

/** A document of the collection `leases`. */
interface LeaseDocument {
  /** Of what: one name for each job that one hub at a time may do. */
  _id: string;
  holder: string;
  until: Date;
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/**
 * Jobs that one hub at a time does. A lease ends by itself, so a hub that was killed holds up nobody for
 * long; a hub that hangs longer than its lease may wake beside its successor, so what is done under one
 * must be harmless when it is done twice. MongoDB's clock alone decides: the hubs' clocks may differ.
 */
@Injectable()
export class Leases {
  readonly #holder = randomUUID();
  readonly #connection: Connection;

  constructor(@InjectConnection() connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Takes the lease, or prolongs it.
   * @param forMs from now on, in ms
   * @returns false while another hub holds it
   */
  async hold(name: string, forMs: number): Promise<boolean> {
    const free = {
      $or: [{ $eq: ['$holder', this.#holder] }, { $lte: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] }],
    };
    const lease = await this.#leases
      .findOneAndUpdate(
        { _id: name },
        [
          {
            $set: {
              until: { $cond: [free, { $add: ['$$NOW', forMs] }, '$until'] },
              holder: { $cond: [free, this.#holder, '$holder'] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after', ...DURABLE },
      )
      .catch((error: unknown) => {
        // Another hub made it in the same moment.
        if ((error as mongo.MongoServerError).code === 11_000) return null;
        throw error;
      });
    return lease?.holder === this.#holder;
  }

  /** Lets go of it before its time; nothing happens when another hub holds it. */
  async release(name: string): Promise<void> {
    await this.#leases.deleteOne({ _id: name, holder: this.#holder }, DURABLE);
  }

  get #leases() {
    return this.#connection.collection<LeaseDocument>('leases');
  }
}
