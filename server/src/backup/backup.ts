import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Connection, mongo } from 'mongoose';
import { hubVersion } from '../version.js';
import { dataCollections, FORMAT, type Head, type Total } from './archive-format.js';
import { BackupError } from './backup-error.js';
import { Snapshot } from './snapshot.js';
import { archiveOf, type Contents } from './write-archive.js';

/** Minutes are packed already: more than this costs time and gains little. */
const LEVEL = 4;

export interface BackupReport {
  warn: (message: string) => void;
  /** A collection is written. */
  done: (total: Total) => void;
}

/** What MongoDB says when it cannot show the moment any more, and what that means. */
const WHY_NOT: Readonly<Record<string, string>> = {
  SnapshotTooOld:
    'it took longer than MongoDB keeps old states: raise its parameter minSnapshotHistoryWindowInSeconds',
  SnapshotUnavailable: 'a collection was made or changed in the same moment: try again',
};

/**
 * Writes all data of the database, as it is at one moment, while hubs go on working with it.
 * @throws BackupError when MongoDB cannot show one moment for long enough
 */
export async function backup(connection: Connection, to: Writable, report: BackupReport): Promise<Head> {
  try {
    return await write(connection, to, report);
  } catch (error) {
    const name = error instanceof mongo.MongoServerError ? String(error.codeName) : '';
    const why = WHY_NOT[name];
    throw why === undefined ? error : new BackupError(`There is no backup: ${why}.`, { cause: error });
  }
}

async function write(connection: Connection, to: Writable, report: BackupReport): Promise<Head> {
  return Snapshot.use(connection, report.warn, async (snapshot) => {
    // Listed before the moment: one that is made later is not of it.
    const collections = await dataCollections(snapshot.db);
    const migrations = await snapshot.ids('migrations');
    const { version: mongodb } = await snapshot.db.admin().serverInfo();
    const head: Head = {
      tocsinBackup: FORMAT,
      version: hubVersion(),
      at: new Date().toISOString(),
      mongodb: String(mongodb),
      migrations,
      collections,
    };
    const contents = async function* (): AsyncGenerator<Contents> {
      for (const name of collections) yield await snapshot.contents(name);
    };
    const archive = Readable.from(archiveOf(head, contents(), report.done), { objectMode: false });
    await pipeline(archive, createGzip({ level: LEVEL }), to);
    return head;
  });
}
