import { readFileSync, statSync } from 'node:fs';
import { readConfigFile } from './file.js';
import { InvalidValue, OPTIONS, SETTING_NAMES, type Settings } from './options.js';
import { checked, ConfigError, fromEnvironment, type Arguments, type Given } from './sources.js';

const DEFAULT_FILE = '/etc/tocsin/agent.yaml';
const OTHERS_MAY_READ = 0o004;

export interface Configuration {
  settings: Settings;
  /** What works but should be looked at. */
  warnings: string[];
}

/** Puts flags over environment over file over defaults. @throws ConfigError */
export async function readConfig(
  { configFile, given: flags }: Pick<Arguments, 'configFile' | 'given'>,
  env: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const asked = configFile ?? env.TOCSIN_CONFIG;
  const path = asked || DEFAULT_FILE;
  const file = await readConfigFile(path, Boolean(asked));
  const sources = [checked(file), checked(fromEnvironment(env)), checked(flags)];
  const settings = merge(sources);
  // systemd names the folder that it made for this unit; of several, the first.
  settings.stateDir ??= env.STATE_DIRECTORY?.split(':')[0] || undefined;

  const warnings: string[] = [];
  const warnIfOpen = (secret: string) => {
    if (statSync(secret).mode & OTHERS_MAY_READ)
      warnings.push(`${secret} holds the key and everybody on this host can read it: chmod 600 ${secret}`);
  };
  if (sources[0]?.key) warnIfOpen(path);
  const keyFile = settings.keyFile && sources.findLast((source) => source.keyFile)?.keyFile;
  if (keyFile) {
    settings.key = readKeyFile(settings.keyFile!, keyFile.place);
    warnIfOpen(settings.keyFile!);
  }
  return { settings, warnings };
}

/** Later sources win. A key from one replaces the key file of an earlier one, and the reverse. */
function merge(sources: readonly Given[]): Settings {
  const merged: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) merged[name] = OPTIONS[name].default;
  for (const source of sources) {
    if (source.key) merged.keyFile = undefined;
    if (source.keyFile) merged.key = undefined;
    for (const name of SETTING_NAMES) if (source[name]) merged[name] = source[name].value;
  }
  return merged as unknown as Settings;
}

function readKeyFile(path: string, place: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${place}: the key cannot be read: ${(error as Error).message}`);
  }
  try {
    return OPTIONS.key.parse(text);
  } catch (error) {
    if (error instanceof InvalidValue) throw new ConfigError(`${path} ${error.message}`);
    throw error;
  }
}

export type Credentials = Required<Pick<Settings, 'hub' | 'key'>>;

/** What reporting to a hub needs. @throws ConfigError */
export function credentialsOf({ hub, key }: Settings): Credentials {
  if (!hub) throw new ConfigError('which hub? Give --hub, TOCSIN_HUB or "hub:" in the configuration file');
  if (!key)
    throw new ConfigError(
      'which key? Give --key-file, TOCSIN_KEY_FILE or "keyFile:" (or the key itself as --key, TOCSIN_KEY, "key:")',
    );
  return { hub, key };
}
