import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withHub, NEW_FILE } from '../config/add-hub.js';
import { agentUser, NewKeyFile } from '../config/key-file.js';
import { PLACES, WHICH_HUB, type GivenSettings, type Places } from '../config/read-config.js';
import { readSecret } from '../config/secret-file.js';
import { ConfigError } from '../config/sources.js';
import { nameOfHost } from '../identity.js';
import { enrol as askHub, EnrolError } from '../transport/enrol.js';

/**
 * Lets the hub know this host and stores the key that it gives, and where the hub is.
 *
 * @param force replaces a key, and the address of another hub
 * @returns whether it did
 * @throws ConfigError before anything is asked for
 */
export async function enrol(
  { settings, file, placeOf }: GivenSettings,
  force: boolean,
  places: Places = PLACES,
): Promise<boolean> {
  const { hub } = settings;
  if (!hub) throw new ConfigError(WHICH_HUB);
  const token =
    settings.token ?? (settings.tokenFile && readSecret('token', settings.tokenFile, placeOf('tokenFile')));
  if (!token) throw new ConfigError('which token? Give --token, TOCSIN_TOKEN or --token-file');
  const path = settings.keyFile ?? places.keyFile;
  if (!force && existsSync(path) && statSync(path).size > 0)
    throw new ConfigError(`${path} holds a key already; --force gets a new one in its place`);
  const other = file.given.hub;
  if (!force && other && other.value !== hub)
    throw new ConfigError(`${other.place} is another one; change it there, or let --force do it`);

  const keyFile = newKeyFile(path);
  let enrolled;
  try {
    enrolled = await askHub(hub, { token, name: settings.name ?? nameOfHost() });
  } catch (error) {
    keyFile.abandon();
    if (!(error instanceof EnrolError)) throw error;
    console.error(`Not enrolled: ${error.message}`);
    return false;
  }
  // First of all: the key is shown once, and the token may be used up.
  keyFile.store(enrolled.key, agentUser());
  console.log(`This host is ${enrolled.name} in the hub at ${hub}. Its key is in ${path}.`);
  if (other?.value !== hub) writeHub(file.path, hub);
  return true;
}

function newKeyFile(path: string): NewKeyFile {
  try {
    return new NewKeyFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = code === 'EACCES' ? '; this has to run as root, or with another --key-file' : '';
    throw new ConfigError(`no key can be stored in ${path}: ${message}${hint}`);
  }
}

function writeHub(path: string, hub: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const isThere = existsSync(path);
    const text = isThere ? readFileSync(path, 'utf8') : NEW_FILE;
    writeFileSync(`${path}.new`, withHub(text, hub), { mode: isThere ? statSync(path).mode : 0o644 });
    renameSync(`${path}.new`, path);
    console.log(`The hub's address is in ${path}.`);
  } catch (error) {
    console.error(`The hub's address could not be written: ${(error as Error).message}`);
    console.error(`Put it into ${path} yourself: hub: ${hub}`);
  }
}
