import { ArchiveError } from '../backup/archive-error.js';
import { BackupError } from '../backup/backup-error.js';
import { RestoreError } from '../backup/restore-error.js';
import { ConfigError } from '../config/environment.js';
import { readConfig } from '../config/read-config.js';
import { RulesError } from './rules/rules-error.js';
import { type Arguments, fromArguments, UsageError } from './arguments.js';

/** What the process ends with, beside 0. */
const EXIT = { failed: 1, misused: 2 } as const;
/** Their messages are for people and say what to do; of others the stack helps to find the fault. */
const EXPECTED = [ArchiveError, BackupError, ConfigError, RestoreError, UsageError, RulesError];

/** @returns what the process ends with; undefined for a hub that runs now */
async function run(asked: Arguments): Promise<number | undefined> {
  switch (asked.command) {
    case 'help':
      process.stdout.write((await import('./help.js')).helpText());
      return 0;
    case 'version':
      process.stdout.write(`${(await import('../version.js')).hubVersion()}\n`);
      return 0;
    case 'serve':
      await (await import('../serve.js')).serve();
      return undefined;
    case 'backup':
      await (await import('./backup.js')).runBackup(readConfig(), asked.to);
      return 0;
    case 'restore':
      await (await import('./restore.js')).runRestore(readConfig(), asked);
      return 0;
    case 'rules':
      return (await import('./rules/run-rules.js')).runRules(asked.asked);
    case 'doctor':
      return (await (await import('./doctor.js')).runDoctor(asked.json)) ? 0 : EXIT.failed;
  }
}

/** Runs one command. @returns as `run` */
export async function main(argv: readonly string[]): Promise<void> {
  let code: number | undefined;
  let file = '';
  try {
    const asked = fromArguments(argv);
    if (asked.command === 'restore' && asked.action !== 'abandon') file = asked.file;
    code = await run(asked);
  } catch (error) {
    const known = EXPECTED.some((kind) => error instanceof kind);
    const about = error instanceof ArchiveError ? `${file} cannot be restored: ` : '';
    const message = known ? (error as Error).message : String((error as Error).stack);
    process.stderr.write(`tocsin-hub: ${about}${message}\n`);
    code = error instanceof UsageError || error instanceof ConfigError ? EXIT.misused : EXIT.failed;
  }
  if (code !== undefined) process.exit(code);
}
