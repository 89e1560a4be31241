import { isAbsolute } from 'node:path';
import { LIMITS } from '@tocsin/shared/limits';
import { parseEngineAddress } from '../collectors/containers/engine-address.js';
import { isUnitName } from '../collectors/services/unit-names.js';
import { LOG_LEVELS, type LogLevel } from '../logging/logger.js';
import { parseDuration } from './duration.js';

/** What the agent can be told, under the names that the YAML file uses. */
export interface Settings {
  hub?: string;
  key?: string;
  keyFile?: string;
  /** With it the agent gets its own key from the hub when it has none. */
  token?: string;
  tokenFile?: string;
  /** What the hub is to call this host when it enrols. */
  name?: string;
  /** In ms. */
  interval: number;
  services: string[];
  includeDisks: string[];
  excludeDisks: string[];
  includeInterfaces: string[];
  excludeInterfaces: string[];
  /** Count failed logins over SSH. */
  ssh: boolean;
  /** Address of Docker or Podman, or `none`; without one, it is looked for in the usual places. */
  dockerSocket?: string;
  /** Where the root of the host is mounted, for an agent in a container. */
  hostRoot?: string;
  /** Folder for what outlives this process; without one, nothing does. */
  stateDir?: string;
  /** Megabytes on disk for frames that the hub has not acknowledged. */
  bufferMegabytes: number;
  logLevel: LogLevel;
  simulate: boolean;
}

export type SettingName = keyof Settings;

/** Says what a value should look like; the caller knows where it was given. */
export class InvalidValue extends Error {}

export interface Option<T> {
  /** What stands for the value in `--help`; none for a switch. */
  placeholder?: string;
  help: string;
  default?: T;
  /** @throws InvalidValue */
  parse: (value: unknown) => T;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw new InvalidValue('should be a text');
  return value.trim();
}

function folder(value: unknown): string {
  const given = text(value);
  if (!isAbsolute(given)) throw new InvalidValue('should be a folder like /var/lib/tocsin-agent');
  return given;
}

function list(value: unknown): string[] {
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items)) throw new InvalidValue('should be a list');
  return items.map((item) => text(item));
}

function hubUrl(value: unknown): string {
  const given = text(value);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InvalidValue('should be an address like https://tocsin.example.com');
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new InvalidValue('should be an address without user, ? or #');
  return given.replace(/\/+$/, '');
}

function key(value: unknown): string {
  const given = text(value);
  if (!/^[\x21-\x7e]{1,128}$/.test(given))
    throw new InvalidValue('should be the key that the hub showed, without spaces');
  return given;
}

function token(value: unknown): string {
  const given = text(value);
  if (!/^[\x21-\x7e]{1,128}$/.test(given))
    throw new InvalidValue('should be the token that the hub showed, without spaces');
  return given;
}

function hostName(value: unknown): string {
  const given = text(value);
  if (given.length > 100 || /\p{Cc}/u.test(given))
    throw new InvalidValue('should be a name of at most 100 characters');
  return given;
}

function interval(value: unknown): number {
  const ms = typeof value === 'string' ? parseDuration(value.trim()) : undefined;
  if (ms === undefined) throw new InvalidValue('should be a time with its unit, like 1s or 500ms');
  if (ms < LIMITS.intervalMinMs || ms > LIMITS.intervalMaxMs)
    throw new InvalidValue('should be from 50ms to 1h');
  return ms;
}

function services(value: unknown): string[] {
  const names = list(value);
  const wrong = names.find((name) => !isUnitName(name));
  if (wrong !== undefined) throw new InvalidValue(`should name systemd units; ${wrong} is none`);
  if (names.length > LIMITS.services) throw new InvalidValue(`should name ${LIMITS.services} at most`);
  return names;
}

function engine(value: unknown): string {
  const given = text(value);
  if (given !== 'none' && parseEngineAddress(given) === undefined)
    throw new InvalidValue('should be a path like /var/run/docker.sock, or tcp://127.0.0.1:2375, or none');
  return given;
}

function megabytes(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 1 && number <= 1024))
    throw new InvalidValue('should be a number from 1 to 1024');
  return number;
}

function logLevel(value: unknown): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined) throw new InvalidValue(`should be one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function onOff(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new InvalidValue('should be true or false');
}

/** Every setting once: file, environment, flags, `--help` and the checks all follow from this table. */
export const OPTIONS: { [Name in SettingName]-?: Option<NonNullable<Settings[Name]>> } = {
  hub: { placeholder: 'URL', help: 'address of the hub', parse: hubUrl },
  key: { placeholder: 'KEY', help: "this host's key", parse: key },
  keyFile: { placeholder: 'FILE', help: 'file that holds the key', parse: text },
  token: { placeholder: 'TOKEN', help: 'enrols this host where it has no key yet', parse: token },
  tokenFile: { placeholder: 'FILE', help: 'file that holds the token', parse: text },
  name: { placeholder: 'NAME', help: 'what the hub calls this host when it enrols', parse: hostName },
  interval: { placeholder: 'TIME', help: 'how often to report, such as 1s', default: 1000, parse: interval },
  services: {
    placeholder: 'NAMES',
    help: 'systemd units to watch, such as nginx or app-*',
    default: [],
    parse: services,
  },
  includeDisks: { placeholder: 'MOUNTS', help: 'mounts and devices to watch too', default: [], parse: list },
  excludeDisks: { placeholder: 'MOUNTS', help: 'mounts and devices to leave out', default: [], parse: list },
  includeInterfaces: {
    placeholder: 'NAMES',
    help: 'network interfaces to watch too',
    default: [],
    parse: list,
  },
  excludeInterfaces: {
    placeholder: 'NAMES',
    help: 'network interfaces to leave out',
    default: [],
    parse: list,
  },
  ssh: { placeholder: 'true|false', help: 'count failed logins over SSH', default: true, parse: onOff },
  dockerSocket: { placeholder: 'SOCKET', help: 'socket of Docker or Podman, or none', parse: engine },
  hostRoot: { placeholder: 'FOLDER', help: "where the host's root is, in a container", parse: folder },
  stateDir: { placeholder: 'FOLDER', help: 'folder for what must survive a restart', parse: folder },
  bufferMegabytes: {
    placeholder: 'MB',
    help: 'disk space for what the hub has not taken',
    default: 64,
    parse: megabytes,
  },
  logLevel: { placeholder: 'LEVEL', help: LOG_LEVELS.join(', '), default: 'info', parse: logLevel },
  simulate: { help: 'report made-up values, marked as such', default: false, parse: onOff },
};

export const SETTING_NAMES = Object.keys(OPTIONS) as SettingName[];

const words = (name: string): string[] => name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
/** `excludeDisks` as a flag: `--exclude-disks`. */
export const flagOf = (name: string): string => `--${words(name).join('-')}`;
/** `excludeDisks` in the environment: `TOCSIN_EXCLUDE_DISKS`. */
export const variableOf = (name: string): string => `TOCSIN_${words(name).join('_').toUpperCase()}`;
