import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The repository, or wherever the hub is installed; the same seen from `src` and from `dist`. */
const ROOT = resolve(import.meta.dirname, '../../../../..');

/** Where a downloaded `mongod` is kept: beside the program, or with the data where that is read-only. */
export async function mongodCacheDir(dataDir: string): Promise<string> {
  try {
    await access(ROOT, constants.W_OK);
    return join(ROOT, '.cache', 'mongod');
  } catch {
    return join(dataDir, 'mongod');
  }
}
