import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, open, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { Connection } from 'mongoose';
import { backup } from '../backup/backup.js';
import { HeldLease } from '../backup/held-lease.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/environment.js';
import { hasDatabase, say, withDatabase } from './with-database.js';
import { UsageError } from './arguments.js';
import { inUnits } from './in-units.js';

/** Writes a backup to a file that is whole or not there, or to the standard output. */
export async function runBackup(config: Config, to = newName(new Date())): Promise<void> {
  if (to === '-' && process.stdout.isTTY)
    throw new UsageError('a backup is nothing to look at: redirect the output');
  if (to !== '-' && (await exists(to))) throw new UsageError(`${to} exists already`);
  if (!(await hasDatabase(config)))
    throw new ConfigError(`There is no data in ${config.dataDir}. Set TOCSIN_DATA_DIR or MONGODB_URI.`);
  await withDatabase(config, (connection) =>
    alone(connection, async () => {
      if (to === '-') return void (await write(connection, process.stdout));
      await intoFile(connection, resolve(to));
    }),
  );
}

/** Two at once would shorten each other's time for old states. */
async function alone(connection: Connection, work: () => Promise<void>): Promise<void> {
  const lease = await HeldLease.take(connection, 'backup');
  if (lease === undefined) throw new ConfigError('Another backup of this database runs. Wait for it.');
  await work().finally(() => lease.release());
}

async function intoFile(connection: Connection, file: string): Promise<void> {
  const part = `${file}.part`;
  // What a killed backup left.
  await rm(part, { force: true });
  // It holds password hashes and the secret that signs access tokens.
  const stream = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  await once(stream, 'open');
  try {
    await write(connection, stream);
    await sync(part);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  say(
    `${file}: ${inUnits((await stat(file)).size)}. Keep it like a password: it holds every secret of the hub.`,
  );
}

async function write(connection: Connection, to: Writable): Promise<void> {
  const { at } = await backup(connection, to, {
    warn: (message) => say(`warning: ${message}`),
    done: ({ collection, count, bytes }) =>
      say(`  ${collection.padEnd(18)} ${String(count).padStart(9)} documents  ${inUnits(bytes)}`),
  });
  say(`All data as it was at ${at}.`);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const newName = (now: Date): string =>
  `tocsin-backup-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.bson.gz`;
