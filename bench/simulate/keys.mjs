import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubRefusal, post } from './hub-api.mjs';

const AT_ONCE = 8;

/**
 * The key of each host, enrolled where there is none yet. They are kept in a file for the next time.
 * @param {{ hub: string, hosts: object[], file: string, token: () => Promise<string>, signal: AbortSignal }} options
 *   `token` is only asked for when a host has to be enrolled
 * @returns {Promise<Map<object, { hostId: string, key: string }>>}
 */
export async function keysOf({ hub, hosts, file, token, signal }) {
  const kept = await read(file);
  const own = (kept[hub] ??= {});
  const missing = hosts.filter(({ name }) => own[name] === undefined);
  if (missing.length > 0) {
    const secret = await token(missing.length);
    const queue = [...missing];
    const enrol = async () => {
      for (let host = queue.shift(); host !== undefined; host = queue.shift()) {
        const body = { token: secret, name: host.name };
        const { hostId, key } = await post(hub, { path: '/api/v1/enrol', body, signal }).catch(explain);
        own[host.name] = { hostId, key };
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, enrol));
    } finally {
      // Whoever was enrolled is: without its key it would be there for ever and never report.
      await write(file, kept);
    }
  }
  return new Map(hosts.map((host) => [host, own[host.name]]));
}

function explain(error) {
  if (error instanceof HubRefusal && error.status === 403) {
    throw new Error(
      `The hub does not let hosts enrol with this token: ${error.message} Make one under Hosts → Add hosts, for as many hosts as you simulate.`,
      { cause: error },
    );
  }
  throw error;
}

async function read(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Error(`The keys in ${file} cannot be read (${error.message}): mend or remove the file.`, {
      cause: error,
    });
  }
}

async function write(file, keys) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(keys, undefined, 2), { mode: 0o600 });
}
