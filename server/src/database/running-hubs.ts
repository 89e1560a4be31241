import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Connection, mongo } from 'mongoose';
import { hubVersion } from '../version.js';

const BEAT_EVERY_MS = 5_000;
/** A hub that was not heard of for so long, in ms, is gone. */
const GONE_AFTER_MS = 20_000;

/** A document of the collection `hubs`: one start of a hub. */
export interface RunningHub {
  _id: string;
  machine: string;
  pid: number;
  version: string;
  startedAt: Date;
  /** By MongoDB's clock. */
  seenAt: Date;
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** Which hubs run on a database, so that nobody takes it away from under them. */
export class RunningHubs {
  readonly #id = randomUUID();
  #beating?: NodeJS.Timeout;

  constructor(private readonly connection: Connection) {}

  /** Says that this hub runs, durable when it returns, and keeps saying so. */
  async join(): Promise<void> {
    await this.#beat();
    let under: Promise<void> | undefined;
    // While MongoDB hangs one waits, and not one more every few seconds.
    const next = () =>
      (under ??= this.#beat()
        .catch(() => {})
        .finally(() => (under = undefined)));
    this.#beating = setInterval(() => void next(), BEAT_EVERY_MS);
    this.#beating.unref();
  }

  async leave(): Promise<void> {
    clearInterval(this.#beating);
    await this.#hubs.deleteOne({ _id: this.#id });
  }

  /** Those that run, this one too, longest first. */
  async all(): Promise<RunningHub[]> {
    const heard = { $expr: { $gt: ['$seenAt', { $subtract: ['$$NOW', GONE_AFTER_MS] }] } };
    return this.#hubs
      .find(heard, { readConcern: { level: 'majority' } })
      .sort({ startedAt: 1 })
      .toArray();
  }

  async #beat(): Promise<void> {
    const who = { machine: hostname(), pid: process.pid, version: hubVersion() };
    await this.#hubs.updateOne(
      { _id: this.#id },
      [{ $set: { ...who, startedAt: { $ifNull: ['$startedAt', '$$NOW'] }, seenAt: '$$NOW' } }],
      { upsert: true, ...DURABLE },
    );
    // What killed hubs left.
    await this.#hubs.deleteMany({
      $expr: { $lte: ['$seenAt', { $subtract: ['$$NOW', 10 * GONE_AFTER_MS] }] },
    });
  }

  get #hubs(): mongo.Collection<RunningHub> {
    return this.connection.db!.collection<RunningHub>('hubs');
  }
}
