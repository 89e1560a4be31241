import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { HOST_SETTINGS, type HostSettingName } from '@tocsin/shared/limits';
import { parseEngineAddress } from '../collectors/containers/engine-address.js';
import { OPTIONS, SETTING_NAMES, type SettingName, type Settings } from './options.js';
import { readSecret, warningOf } from './secret-file.js';
import { checked, ConfigError, fromEnvironment, SECRETS, type Arguments, type Given } from './sources.js';

/** Where the agent looks when it is not told where. */
export const PLACES: Places = { configFile: '/etc/tocsin/agent.yaml', keyFile: '/etc/tocsin/key' };

export interface Places {
  configFile: string;
  keyFile: string;
}

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

/** What was given, without the secrets that stand in files of their own. */
export interface GivenSettings {
  settings: Settings;
  fixed: HostSettingName[];
  /** The configuration file, whether it is there or not, and what it holds. */
  file: { path: string; given: Given };
  /** Where a setting was given last. */
  placeOf: (name: SettingName) => string;
}

/**
 * Puts flags over environment over file over defaults.
 *
 * @param places where to look when nothing says where
 * @throws ConfigError
 */
export async function readSettings(
  { command, configFile, given: flags }: Pick<Arguments, 'configFile' | 'given'> & Partial<Arguments>,
  env: NodeJS.ProcessEnv,
  parse = parseHere,
  places: Places = PLACES,
): Promise<GivenSettings> {
  const asked = configFile ?? env.TOCSIN_CONFIG;
  const path = asked || places.configFile;
  // Who enrols may name one that is to be made.
  const given = checked(isThere(path, Boolean(asked) && command !== 'enrol') ? await parse(path) : {});
  const sources = [given, checked(fromEnvironment(env)), checked(flags)];
  const settings = merge(sources);
  // systemd names the folder that it made for this unit; of several, the first.
  settings.stateDir ??= env.STATE_DIRECTORY?.split(':')[0] || undefined;
  // Docker's own variable; it may also name what is not asked from here, such as another machine over SSH.
  if (env.DOCKER_HOST && parseEngineAddress(env.DOCKER_HOST)) settings.dockerSocket ??= env.DOCKER_HOST;
  return {
    settings,
    fixed: HOST_SETTINGS.filter((name) => sources.some((source) => source[name])),
    file: { path, given },
    placeOf: (name) => sources.findLast((source) => source[name])?.[name]?.place ?? '',
  };
}

/** All that reporting needs. @throws ConfigError */
export async function readConfig(
  given: Pick<Arguments, 'configFile' | 'given'>,
  env: NodeJS.ProcessEnv,
  parse = parseHere,
  places: Places = PLACES,
): Promise<Configuration> {
  const { settings, fixed, file, placeOf } = await readSettings(given, env, parse, places);
  const secretFiles = file.given.key ? [file.path] : [];
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

export const WHICH_HUB = 'which hub? Give --hub, TOCSIN_HUB or "hub:" in the configuration file';

export type Credentials = Required<Pick<Settings, 'hub' | 'key'>>;

/** What reporting to a hub needs. @throws ConfigError */
export function credentialsOf({
  settings: { hub, key },
  lockedKey,
}: Pick<Configuration, 'settings' | 'lockedKey'>): Credentials {
  if (!hub) throw new ConfigError(WHICH_HUB);
  if (!key && lockedKey) throw new ConfigError(`this user may not read the key in ${lockedKey}`);
  if (!key)
    throw new ConfigError(
      'which key? Give --key-file, TOCSIN_KEY_FILE or "keyFile:" (or the key itself as --key, TOCSIN_KEY, "key:"), ' +
        'or let the hub know this host with: tocsin-agent enrol',
    );
  return { hub, key };
}
