import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { ConfigError } from '../../config/environment.js';
import { hubVersion } from '../../version.js';
import { Leases } from '../leases.js';
import type { Migration } from './migration.js';
import { MigrationLog } from './migration-log.js';
import { MIGRATIONS } from './migrations.js';

export const MIGRATIONS_LEASE = 'migrations';
/** How long others wait for a hub that was killed in the middle of a batch, in ms. */
const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 500;
const REPORT_EVERY_MS = 5_000;

/** Brings the data of an earlier version up to this one. One hub at a time does it, the others wait for it. */
export class Migrator {
  readonly #log: MigrationLog;
  readonly #leases: Leases;

  constructor(
    private readonly connection: Connection,
    private readonly report: (message: string) => void,
    private readonly migrations: readonly Migration[] = MIGRATIONS,
    private readonly version = hubVersion(),
  ) {
    this.#log = new MigrationLog(connection);
    this.#leases = new Leases(connection);
  }

  /** @throws ConfigError when a newer Tocsin has changed the data in a way that this one does not know */
  async pending(): Promise<Migration[]> {
    const records = await this.#log.all();
    const known = new Set(this.migrations.map(({ id }) => id));
    const newer = [...records.values()].find(({ _id }) => !known.has(_id));
    if (newer !== undefined) throw new ConfigError(madeByNewer(newer._id, newer.version, this.version));
    return this.migrations.filter(({ id }) => records.get(id)?.finishedAt === undefined);
  }

  /**
   * Returns when nothing is pending any more, whichever hub did it.
   * @throws ConfigError as `pending`, the signal's reason, and what a migration throws
   */
  async run(signal: AbortSignal): Promise<void> {
    let waiting = false;
    while ((await this.pending()).length > 0) {
      signal.throwIfAborted();
      if (await this.#leases.hold(MIGRATIONS_LEASE, LEASE_MS)) {
        await this.#runAll(signal).finally(() => this.#leases.release(MIGRATIONS_LEASE));
      } else {
        if (!waiting) this.report('Another hub brings the data up to date; waiting for it.');
        waiting = true;
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    }
  }

  async #runAll(signal: AbortSignal): Promise<void> {
    // A batch on a slow disk may take longer than the lease.
    const renewal = setInterval(() => void this.#renew(), LEASE_MS / 3);
    try {
      for (const migration of await this.pending()) {
        if (!(await this.#runOne(migration, signal))) return;
      }
    } finally {
      clearInterval(renewal);
    }
  }

  /** Returns false when the lease went to another hub meanwhile. */
  async #runOne(migration: Migration, signal: AbortSignal): Promise<boolean> {
    const { id, why } = migration;
    const { progress } = await this.#log.begin(id, this.version);
    let cursor = progress?.cursor;
    let done = progress?.done ?? 0;
    this.report(done > 0 ? `Migration ${id} goes on after ${done}.` : `Migration ${id}: ${why}.`);
    let reportedAt = Date.now();
    for (;;) {
      signal.throwIfAborted();
      if (!(await this.#leases.hold(MIGRATIONS_LEASE, LEASE_MS))) return false;
      const batch = await migration.up({ connection: this.connection, cursor, now: Date.now() });
      if (batch === undefined) break;
      await this.#log.progress(id, batch);
      cursor = batch.cursor;
      done += batch.done;
      if (Date.now() < reportedAt + REPORT_EVERY_MS) continue;
      reportedAt = Date.now();
      this.report(`Migration ${id}: ${done} done so far.`);
    }
    await this.#log.finish(id);
    this.report(`Migration ${id} is done (${done}).`);
    return true;
  }

  /** A renewal that fails is noticed before the next batch. */
  async #renew(): Promise<void> {
    await this.#leases.hold(MIGRATIONS_LEASE, LEASE_MS).catch(() => false);
  }
}

const madeByNewer = (id: string, by: string, own: string): string =>
  `This database was made by a newer Tocsin (${by}, migration ${id}), and this one is ${own}. ` +
  'Start that version or a later one, or restore a backup that this one made (tocsin-hub restore).';
