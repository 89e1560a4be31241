import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RequestHandler } from 'express';
import type { ApiError } from '@tocsin/shared';

/** Where `npm run package` leaves them in the repository, seen from `server/src/web` and `server/dist/web`. */
const BUILT_BESIDE = resolve(import.meta.dirname, '../../../dist/packages');
const CHECKSUMS = 'SHA256SUMS';

export const PACKAGES_PATH = '/packages';

/**
 * Hands out the agent's packages that stand in `SHA256SUMS`, and that list. `?sha256=…` names the content:
 * such an answer may be kept for good, and none is given for another content.
 */
export function servePackages(folder = BUILT_BESIDE): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const refuse = (message: string) =>
      response.status(404).json({ code: 'not_found', message } satisfies ApiError);
    if (!existsSync(join(folder, CHECKSUMS)))
      return refuse('This hub has no packages of the agent. They are built by: npm run package');

    const name = request.path.slice(1);
    const checksums = await readChecksums(folder);
    const checksum = checksums.get(name);
    if (checksum === undefined && name !== CHECKSUMS)
      return refuse(`There is no such package; ${PACKAGES_PATH}/${CHECKSUMS} lists those that there are.`);
    const asked = request.query.sha256;
    if (asked !== undefined && asked !== checksum)
      return refuse(`${name} was built anew; ${PACKAGES_PATH}/${CHECKSUMS} has its checksum.`);

    response.set('Cache-Control', asked === undefined ? 'no-cache' : 'public, max-age=31536000, immutable');
    if (checksum === undefined) response.type('text/plain');
    else response.set('ETag', `"${checksum}"`).type('application/octet-stream');
    // With a root: a hub may stand in a folder whose name begins with a dot.
    response.sendFile(name, { root: folder, cacheControl: false, lastModified: false }, next);
  };
}

/** File names and their SHA-256, as `sha256sum` writes them. */
async function readChecksums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, CHECKSUMS), 'utf8');
  return new Map(
    [...text.matchAll(/^([0-9a-f]{64}) {2}([\w.+~-]+)$/gm)].map(([, sum, name]) => [name!, sum!]),
  );
}
