import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { HOST_SETTINGS, type HostSettingName } from '@tocsin/shared/limits';
import { OPTIONS, SETTING_NAMES, type Settings } from './options.js';
import { readSecret, warningOf } from './secret-file.js';
import { checked, ConfigError, fromEnvironment, SECRETS, type Arguments, type Given } from './sources.js';

/** Where the agent looks when it is not told where. */
export const PLACES = { configFile: '/etc/tocsin/agent.yaml', keyFile: '/etc/tocsin/key' } as const;

/** Where an agent that enrols itself keeps its key. */
export const ownKeyFile = (stateDir: string): string => join(stateDir, 'key');

export interface Configuration {
  settings: Settings;
  /** Given on the host itself: the hub does not change them. */
  fixed: HostSettingName[];
  /** What works but should be looked at. */
  warnings: string[];
  /** A key that is there but not for this user. */
  lockedKey?: string;
}

/** Reads a file that is there. @throws ConfigError */
export type ParseFile = (path: string) => Given | Promise<Given>;
const parseHere: ParseFile = async (path) => (await import('./file.js')).parseConfigFile(path);

/**
 * Puts flags over environment over file over defaults.
 *
 * @param places where to look when nothing says where
 * @throws ConfigError
 */
export async function readConfig(
  { configFile, given: flags }: Pick<Arguments, 'configFile' | 'given'>,
  env: NodeJS.ProcessEnv,
  parse = parseHere,
  places: { configFile: string; keyFile: string } = PLACES,
): Promise<Configuration> {
  const asked = configFile ?? env.TOCSIN_CONFIG;
  const path = asked || places.configFile;
  const file = isThere(path, Boolean(asked)) ? await parse(path) : {};
  const sources = [checked(file), checked(fromEnvironment(env)), checked(flags)];
  const settings = merge(sources);
  // systemd names the folder that it made for this unit; of several, the first.
  settings.stateDir ??= env.STATE_DIRECTORY?.split(':')[0] || undefined;

  const secretFiles = sources[0]?.key ? [path] : [];
  const fixed = HOST_SETTINGS.filter((name) => sources.some((source) => source[name]));
  const placeOf = (name: 'keyFile' | 'tokenFile') =>
    sources.findLast((source) => source[name])?.[name]?.place ?? '';
  if (settings.keyFile) {
    settings.key = readSecret('key', settings.keyFile, placeOf('keyFile'));
    secretFiles.push(settings.keyFile);
  }
  const candidates = [places.keyFile, ...(settings.stateDir ? [ownKeyFile(settings.stateDir)] : [])];
  let lockedKey: string | undefined;
  while (settings.key === undefined && candidates.length > 0) {
    const candidate = candidates.shift()!;
    const access = accessTo(candidate);
    if (access === 'EACCES') lockedKey ??= candidate;
    if (access !== 'granted') continue;
    settings.key = readSecret('key', candidate, candidate);
    secretFiles.push(candidate);
  }
  if (settings.key === undefined && settings.tokenFile)
    settings.token = readSecret('token', settings.tokenFile, placeOf('tokenFile'));
  const warnings = secretFiles.flatMap((secret) => warningOf(secret) ?? []);
  return { settings, fixed, warnings, ...(lockedKey !== undefined && { lockedKey }) };
}

/** Whether there is something to read. @throws ConfigError when it must be there, or may not be read */
function isThere(path: string, required: boolean): boolean {
  const access = accessTo(path);
  if (access === 'granted') return true;
  if (!required && access === 'ENOENT') return false;
  throw new ConfigError(`${path} cannot be read: ${access === 'ENOENT' ? 'no such file' : access}`);
}

/** `granted`, or the code of what stands in the way. */
function accessTo(path: string): string {
  try {
    accessSync(path, constants.R_OK);
    return 'granted';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** Later sources win. A secret from one replaces the file of an earlier one, and the reverse. */
function merge(sources: readonly Given[]): Settings {
  const merged: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) merged[name] = OPTIONS[name].default;
  for (const source of sources) {
    for (const [secret, file] of SECRETS) {
      if (source[secret]) merged[file] = undefined;
      if (source[file]) merged[secret] = undefined;
    }
    for (const name of SETTING_NAMES) if (source[name]) merged[name] = source[name].value;
  }
  return merged as unknown as Settings;
}

export type Credentials = Required<Pick<Settings, 'hub' | 'key'>>;

/** What reporting to a hub needs. @throws ConfigError */
export function credentialsOf({
  settings: { hub, key },
  lockedKey,
}: Pick<Configuration, 'settings' | 'lockedKey'>): Credentials {
  if (!hub) throw new ConfigError('which hub? Give --hub, TOCSIN_HUB or "hub:" in the configuration file');
  if (!key && lockedKey) throw new ConfigError(`this user may not read the key in ${lockedKey}`);
  if (!key)
    throw new ConfigError(
      'which key? Give --key-file, TOCSIN_KEY_FILE or "keyFile:" (or the key itself as --key, TOCSIN_KEY, "key:"), ' +
        'or let the hub know this host with: tocsin-agent enrol',
    );
  return { hub, key };
}
