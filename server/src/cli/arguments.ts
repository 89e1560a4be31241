import { parseArgs } from 'node:util';
import type { RulesCommand } from './rules/run-rules.js';

/** What was asked for cannot be made sense of. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Arguments =
  | { command: 'serve' | 'help' | 'version' }
  | { command: 'backup'; to: string | undefined }
  | { command: 'restore'; action: 'replace' | 'into-empty' | 'check'; file: string }
  | { command: 'restore'; action: 'abandon' }
  | { command: 'doctor'; json: boolean }
  | { command: 'rules'; asked: RulesCommand };

const SWITCH = { type: 'boolean', default: false } as const;
const RESTORE_ACTIONS = ['replace', 'into-empty', 'check', 'abandon'] as const;

/** Reads a command line: a word that says what to do, then its flags. @throws UsageError */
export function fromArguments([command = 'serve', ...rest]: readonly string[]): Arguments {
  // Help is wanted most by who has got something else wrong.
  if ([command, ...rest].some((word) => word === '--help' || word === '-h')) return { command: 'help' };
  switch (command) {
    case 'help':
    case 'version':
      return { command };
    case '--version':
      return { command: 'version' };
    case 'serve':
      parse(rest, {});
      return { command };
    case 'backup':
      return { command, to: parse(rest, { to: { type: 'string' } }).values.to };
    case 'doctor':
      return { command, json: parse(rest, { json: SWITCH }).values.json };
    case 'restore':
      return restore(rest);
    case 'rules':
      return { command, asked: rules(rest) };
    default:
      throw new UsageError(`there is no command ${command}; see tocsin-hub --help`);
  }
}

function restore(words: readonly string[]): Arguments {
  const { values, positionals } = parse(
    words,
    { replace: SWITCH, 'into-empty': SWITCH, check: SWITCH, abandon: SWITCH },
    1,
  );
  const [action = 'into-empty', ...more] = RESTORE_ACTIONS.filter((name) => values[name]);
  if (more.length > 0) throw new UsageError(`--${action} and --${more[0]}: one at a time`);
  const [file] = positionals;
  if (action === 'abandon') {
    if (file !== undefined) throw new UsageError('--abandon takes no file');
    return { command: 'restore', action };
  }
  if (file === undefined) throw new UsageError('restore needs the file that backup wrote');
  return { command: 'restore', action, file };
}

function rules([action, ...words]: readonly string[]): RulesCommand {
  if (action === 'export') {
    return { action, to: parse(words, { to: { type: 'string' } }).values.to };
  }
  if (action !== 'diff' && action !== 'apply') throw new UsageError('rules needs export, diff or apply');
  const { values } = parse(words, {
    ...{ file: { type: 'string', short: 'f' }, prune: SWITCH },
    ...(action === 'apply' && { 'dry-run': SWITCH }),
  } as const);
  const { file, prune } = values;
  if (file === undefined) throw new UsageError(`rules ${action} needs the file: -f rules.yaml`);
  return { action: 'dry-run' in values && values['dry-run'] ? 'diff' : action, file, prune };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parse<T extends Options>(words: readonly string[], options: T, files = 0) {
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: files > 0, strict: true });
    if (parsed.positionals.length > files) throw new Error('one file at a time');
    return parsed;
  } catch (error) {
    // Of two sentences the first says what is wrong, the second is advice for programmers.
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; see tocsin-hub --help`);
  }
}
