import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { connect } from '../database/connect.js';
import { mongodCacheDir } from '../database/embedded/binary/cache-dir.js';
import { EmbeddedMongod } from '../database/embedded/embedded-mongod.js';

/** Progress for the person in the terminal; the standard output may be the backup itself. */
export const say = (message: string): void => void process.stderr.write(`${message}\n`);

/**
 * Lends the hub's database: the one that `MONGODB_URI` names, the own one of a hub that runs, or else the
 * own one, started for as long as the work takes.
 */
export async function withDatabase<T>(
  config: Config,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const running = config.mongodbUri ?? (await EmbeddedMongod.uriOfRunning(config.dataDir));
  const own = running === undefined ? await startOwn(config) : undefined;
  try {
    const connection = await connect({ mongodbUri: running ?? own!.uri });
    return await work(connection).finally(() => connection.close());
  } finally {
    await own?.stop();
  }
}

/** Whether there is a database to look at without making a new one. */
export async function hasDatabase({ mongodbUri, dataDir }: Config): Promise<boolean> {
  if (mongodbUri !== undefined) return true;
  return access(join(dataDir, 'mongodb')).then(
    () => true,
    () => false,
  );
}

async function startOwn({ dataDir, mongodPath }: Config): Promise<EmbeddedMongod> {
  const cacheDir = await mongodCacheDir(dataDir);
  return EmbeddedMongod.start({ mongodPath, cacheDir, dataDir }, say);
}
