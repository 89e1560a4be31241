import { nearest } from './nearest.js';
import { flagOf, InvalidValue, OPTIONS, SETTING_NAMES, variableOf, type SettingName } from './options.js';

/** A fault in what the agent was told, in one sentence that names the place. */
export class ConfigError extends Error {}

/** Values with the place where each was given, such as `--hub` or `/etc/tocsin/agent.yaml:3: hub`. */
export type Given = Partial<Record<SettingName, { value: unknown; place: string }>>;

/** What may stand in a file of its own. */
export const SECRETS = [
  ['key', 'keyFile'],
  ['token', 'tokenFile'],
] as const;

/** Settings of one source. @throws ConfigError */
export function checked(given: Given): Given {
  const parsed: Given = {};
  for (const name of SETTING_NAMES) {
    const entry = given[name];
    if (entry === undefined) continue;
    try {
      parsed[name] = { value: OPTIONS[name].parse(entry.value), place: entry.place };
    } catch (error) {
      if (error instanceof InvalidValue) throw new ConfigError(`${entry.place} ${error.message}`);
      throw error;
    }
  }
  for (const [secret, file] of SECRETS)
    if (parsed[secret] && parsed[file])
      throw new ConfigError(`${parsed[file].place}: give the ${secret} or its file, not both`);
  return parsed;
}

export function fromEnvironment(env: NodeJS.ProcessEnv): Given {
  const given: Given = {};
  for (const name of SETTING_NAMES) {
    const variable = variableOf(name);
    const value = env[variable];
    // An empty variable is how Compose files and units say "not set".
    if (value) given[name] = { value, place: variable };
  }
  return given;
}

export const COMMANDS = ['run', 'status', 'enrol', 'check', 'print', 'version', 'help'] as const;
export type Command = (typeof COMMANDS)[number];

/** Flags that take no value, and the one command that each is for. */
export const SWITCHES = { json: 'status', force: 'enrol' } as const satisfies Record<string, Command>;
export type Switch = keyof typeof SWITCHES;

/** Before there were words, commands were flags; those still work. */
const COMMAND_FLAGS: readonly Command[] = ['check', 'print', 'version', 'help'];

export interface Arguments {
  command: Command;
  configFile?: string;
  given: Given;
  switches: ReadonlySet<Switch>;
}

/**
 * Reads the command line: a word that says what to do, and `--flag value` or `--flag=value`.
 *
 * @throws ConfigError
 */
export function fromArguments(argv: readonly string[]): Arguments {
  const switches = new Set<Switch>();
  const result: Arguments = { command: 'run', given: {}, switches };
  let command: Command | undefined;
  const known = new Map(SETTING_NAMES.map((name) => [flagOf(name), name]));
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [flag = '', inline] = split(word);
    const asked = commandOf(flag);
    if (asked !== undefined) {
      // Help is wanted most by who has got something else wrong.
      if (asked === 'help') return { ...result, command: 'help' };
      if (command !== undefined && command !== asked)
        throw new ConfigError(`${command} and ${asked}: one at a time`);
      command = asked;
      continue;
    }
    const named = (Object.keys(SWITCHES) as Switch[]).find((name) => flag === `--${name}`);
    if (named !== undefined) {
      switches.add(named);
      continue;
    }
    const name = flag === '--config' ? flag : known.get(flag);
    if (name === undefined) throw unknown(flag, flag.startsWith('-') ? flagNames() : COMMANDS);
    const isSwitch = name !== '--config' && OPTIONS[name].placeholder === undefined;
    const value = inline ?? (isSwitch ? true : words.shift());
    if (value === undefined) throw new ConfigError(`${flag} needs a value`);
    if (name === '--config') result.configFile = String(value);
    else result.given[name] = { value, place: flag };
  }
  result.command = command ?? 'run';
  for (const one of switches)
    if (result.command !== SWITCHES[one]) throw new ConfigError(`--${one} is for ${SWITCHES[one]}`);
  return result;
}

const commandOf = (word: string): Command | undefined =>
  COMMANDS.find((name) => word === name) ?? COMMAND_FLAGS.find((name) => word === `--${name}`);

const flagNames = (): string[] => [
  ...SETTING_NAMES.map(flagOf),
  '--config',
  ...Object.keys(SWITCHES).map((name) => `--${name}`),
  ...COMMAND_FLAGS.map((name) => `--${name}`),
];

function split(word: string): [flag: string, value?: string] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** What to say of a name that nothing is called by. */
export function unknown(name: string, names: readonly string[], place = name): ConfigError {
  const meant = nearest(name, names);
  return new ConfigError(`${place} is not known${meant === undefined ? '' : `; did you mean ${meant}?`}`);
}
