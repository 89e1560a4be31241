import type { Connection, mongo } from 'mongoose';
import { MIGRATIONS } from '../database/migrations/migrations.js';
import { RESTORE_LEASE, RestoreMark } from '../database/restore-mark.js';
import { RunningHubs } from '../database/running-hubs.js';
import { dataCollections, type Head, LOADING, type Total } from './archive-format.js';
import { ArchiveError } from './archive-error.js';
import { HeldLease } from './held-lease.js';
import { LoadedCollection } from './load-collection.js';
import { readArchive } from './read-archive.js';
import { RestoreError } from './restore-error.js';

export interface RestoreOptions {
  /** Let go of what is there. */
  replace: boolean;
  /** A collection is loaded. */
  loaded: (total: Total) => void;
}

/** Reads the whole archive. @throws ArchiveError when it is damaged, or of a newer Tocsin */
export async function checkArchive(file: string): Promise<{ head: Head; totals: Total[] }> {
  const totals: Total[] = [];
  const head = await readArchive(file, {
    head: ({ migrations, version }) => {
      const unknown = migrations.find((id) => !MIGRATIONS.some((known) => known.id === id));
      if (unknown !== undefined)
        throw new ArchiveError(
          `it was made by a newer Tocsin (${version}, migration ${unknown}); use that one`,
        );
    },
    end: async (total) => void totals.push(total),
  });
  return { head, totals };
}

/**
 * Puts a checked archive in the place of the data. Everything is loaded beside what is there first; then
 * collections change places, which takes moments. Killed before that, nothing has changed; killed in
 * between, no hub starts until it was done again.
 * @throws RestoreError when it must not begin, and then nothing has changed
 */
export async function restore(connection: Connection, file: string, options: RestoreOptions): Promise<void> {
  const db = connection.db!;
  const mark = new RestoreMark(connection);
  await underLease(connection, async (lease) => {
    const before = await mark.get();
    // In this order: a hub says that it runs first and looks for the mark then, so one of the two sees the other.
    if (before === null) await mark.set('loading');
    try {
      await refuseWhileHubsRun(connection);
      if (!options.replace) await refuseData(db);
      await dropLoading(db);
      await load(db, file, lease, options.loaded);
      await refuseWhileHubsRun(connection);
    } catch (error) {
      await dropLoading(db).catch(() => {});
      // Loading changes nothing; a swap that was cut off before this restore has.
      if (before?.phase !== 'swapping') await mark.clear();
      throw error;
    }
    await lease.check();
    await mark.set('swapping');
    await swap(db);
    await mark.clear();
  });
}

/** Gives up a restore that was killed while it loaded. @throws RestoreError when it cannot be given up */
export async function abandonRestore(connection: Connection): Promise<void> {
  const mark = new RestoreMark(connection);
  await underLease(connection, async () => {
    const state = await mark.get();
    if (state === null) throw new RestoreError('There is no restore to abandon.');
    if (state.phase === 'swapping')
      throw new RestoreError(
        'It has begun to change the data. Run "tocsin-hub restore FILE --replace" again.',
      );
    await dropLoading(connection.db!);
    await mark.clear();
  });
}

async function underLease(connection: Connection, work: (lease: HeldLease) => Promise<void>): Promise<void> {
  const lease = await HeldLease.take(connection, RESTORE_LEASE);
  if (lease === undefined) throw new RestoreError('Another restore runs on this database. Wait for it.');
  await work(lease).finally(() => lease.release());
}

async function refuseWhileHubsRun(connection: Connection): Promise<void> {
  const [hub] = await new RunningHubs(connection).all();
  if (hub === undefined) return;
  throw new RestoreError(
    `A hub runs on this database (process ${hub.pid} on ${hub.machine}). Stop it first; ` +
      'one that was killed is forgotten after 20 seconds.',
  );
}

async function refuseData(db: mongo.Db): Promise<void> {
  for (const name of await dataCollections(db)) {
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new RestoreError(
      `The database ${db.databaseName} is not empty (there is something in ${name}). ` +
        'With --replace what is there is lost; make a backup of it before.',
    );
  }
}

async function load(
  db: mongo.Db,
  file: string,
  lease: HeldLease,
  loaded: RestoreOptions['loaded'],
): Promise<void> {
  let current: LoadedCollection | undefined;
  await readArchive(file, {
    begin: async (section) => {
      await lease.check();
      current = await LoadedCollection.begin(db, section);
    },
    document: (document) => current!.add(document),
    end: async (total) => {
      await current!.end(total);
      loaded(total);
    },
  });
}

/** What the archive does not have goes, too. */
async function swap(db: mongo.Db): Promise<void> {
  const loaded = await loadingCollections(db);
  for (const name of await dataCollections(db)) {
    if (!loaded.includes(LOADING + name)) await db.dropCollection(name);
  }
  for (const name of loaded) {
    await db.renameCollection(name, name.slice(LOADING.length), { dropTarget: true });
  }
}

async function dropLoading(db: mongo.Db): Promise<void> {
  for (const name of await loadingCollections(db)) await db.dropCollection(name);
}

async function loadingCollections(db: mongo.Db): Promise<string[]> {
  const all = await db.listCollections({}, { nameOnly: true }).toArray();
  return all.map(({ name }) => name).filter((name) => name.startsWith(LOADING));
}
