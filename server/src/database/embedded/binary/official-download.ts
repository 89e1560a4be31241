import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { getOS } from 'mongodb-memory-server-core/lib/util/getos/index.js';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js';
import type { Report } from '../report.js';
import { downloadFile, downloadText } from './download-file.js';

const run = promisify(execFile);

const VERSION = '8.2.6';

/**
 * MongoDB's own build for this system, from MongoDB's server, checked against its published SHA-256.
 * `mongodb-memory-server` knows which build fits which distribution; its own download is not used,
 * because it accepts any certificate.
 * @returns the path of the `mongod` in the folder.
 */
export async function officialDownload(folder: string, report: Report): Promise<string> {
  const url = await officialUrl();
  report(`Downloading MongoDB ${VERSION} from ${new URL(url).host}`);
  await unpackVerified(url, folder, report);
  return join(folder, 'mongod');
}

/** Where MongoDB's build for this machine's distribution is. */
export async function officialUrl(): Promise<string> {
  const { platform, arch } = process;
  const build = { version: VERSION, platform, arch, os: await getOS() };
  return new MongoBinaryDownloadUrl(build).getDownloadUrl();
}

/** Downloads a MongoDB archive, compares it with the checksum beside it and unpacks its `mongod`. */
export async function unpackVerified(url: string, folder: string, report: Report): Promise<void> {
  const name = basename(new URL(url).pathname);
  const archive = join(folder, name);
  const [expected] = (await downloadText(`${url}.sha256`)).trim().split(/\s+/);
  const actual = await downloadFile(url, archive, report);
  if (actual !== expected) throw new Error(`${name} does not match its published checksum`);
  const root = name.replace(/\.tgz$/, '');
  await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=2', `${root}/bin/mongod`]);
}
