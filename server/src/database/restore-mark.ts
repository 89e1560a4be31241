import type { Connection, mongo } from 'mongoose';
import { ConfigError } from '../config/environment.js';

/** The document of the collection `restore`, which is there while a backup is being put back. */
export interface RestoreState {
  _id: 'restore';
  /** Loading leaves the data as it was; while it is swapped it is neither the old nor the new. */
  phase: 'loading' | 'swapping';
  startedAt: Date;
}

export const RESTORE_LEASE = 'restore';
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** Says that a restore is under way, or was when it was killed. */
export class RestoreMark {
  constructor(private readonly connection: Connection) {}

  get(): Promise<RestoreState | null> {
    return this.#marks.findOne({ _id: 'restore' }, { readConcern: { level: 'majority' } });
  }

  async set(phase: RestoreState['phase']): Promise<void> {
    await this.#marks.updateOne(
      { _id: 'restore' },
      { $set: { phase }, $setOnInsert: { startedAt: new Date() } },
      { upsert: true, ...DURABLE },
    );
  }

  async clear(): Promise<void> {
    await this.#marks.deleteOne({ _id: 'restore' }, DURABLE);
  }

  /** @throws ConfigError when a hub must not work on this data */
  async refuseHub(): Promise<void> {
    const state = await this.get();
    if (state === null) return;
    const since = state.startedAt.toISOString();
    if (state.phase === 'swapping') {
      throw new ConfigError(
        `A restore that began at ${since} was not finished, and the data is half of this and half of that. ` +
          'Run "tocsin-hub restore FILE --replace" again; it can be repeated as often as it takes.',
      );
    }
    throw new ConfigError(
      `A restore runs on this database since ${since}, or was killed. Wait for it, run it again, ` +
        'or give it up with "tocsin-hub restore --abandon", which leaves the data as it was before.',
    );
  }

  get #marks(): mongo.Collection<RestoreState> {
    return this.connection.db!.collection<RestoreState>('restore');
  }
}
