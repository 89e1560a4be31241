import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RequestHandler } from 'express';

/** Where the script is in the repository, seen from `server/src/web` and from `server/dist/web`. */
const TEMPLATE = resolve(import.meta.dirname, '../../../agent/packaging/install.sh');

export const INSTALL_SCRIPT_PATH = '/install.sh';

/** Hands out the script that installs the agent, with this hub's address in it. It holds no secret. */
export function serveInstallScript(publicUrl: string): RequestHandler {
  const script = readFileSync(TEMPLATE, 'utf8').replace(/^HUB=@HUB@$/m, () => `HUB=${quoted(publicUrl)}`);
  return (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('text/x-shellscript').send(script);
  };
}

/** One word for a shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
