import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { mongodCacheDir } from '../src/database/embedded/binary/cache-dir.js';
import { findMongod } from '../src/database/embedded/binary/find-mongod.js';
import { EmbeddedMongod } from '../src/database/embedded/embedded-mongod.js';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string;
    /** For specs that run a mongod of their own. */
    mongodBinary: string;
  }
}

const say = (message: string): void => void process.stderr.write(`${message}\n`);

/** Starts the embedded MongoDB once for all specs. `TEST_MONGODB_URI` names a running one instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-specs-'));
  const places = { mongodPath: process.env.MONGOD_PATH, cacheDir: await mongodCacheDir(dataDir), dataDir };
  const mongodPath = await findMongod(places, say);
  project.provide('mongodBinary', mongodPath);

  const given = process.env.TEST_MONGODB_URI;
  const mongod = given ? undefined : await EmbeddedMongod.start({ ...places, mongodPath }, say);
  project.provide('mongoUri', given ?? mongod!.uri);
  return async () => {
    await mongod?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
