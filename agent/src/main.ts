#!/usr/bin/env node
import { ASIDE, doTask } from './aside/tasks.js';
import { runAside } from './aside/run-aside.js';
import { credentialsOf, readConfig, readSettings, type GivenSettings } from './config/read-config.js';
import { ConfigError, fromArguments, type Arguments } from './config/sources.js';
import { createLogger } from './logging/logger.js';

/** What the process ends with, beside 0. */
const EXIT = { failed: 1, misconfigured: 2, notConnected: 3 } as const;

// Each command loads what it needs and nothing else: the agent stays small, and the others start fast.
async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (argv[0] === ASIDE) {
    process.stdout.write(JSON.stringify(await doTask(...(argv.slice(1) as [string]))));
    return 0;
  }
  const options = fromArguments(argv);
  if (options.command === 'help') {
    process.stdout.write((await import('./cli/help.js')).helpText());
    return 0;
  }
  if (options.command === 'version') {
    process.stdout.write(`${(await import('./identity.js')).agentVersion()}\n`);
    return 0;
  }
  const parse = (path: string) => runAside('config', path);
  if (options.command === 'status' || options.command === 'enrol' || options.command === 'print')
    return withoutKey(options, await readSettings(options, env, parse));
  const configuration = await readConfig(options, env, parse);
  if (options.command === 'check') {
    const { check } = await import('./cli/check.js');
    return (await check(configuration, credentialsOf(configuration))) ? 0 : EXIT.notConnected;
  }
  const { logLevel } = configuration.settings;
  const log = createLogger(logLevel, (line) => process.stderr.write(line), 'JOURNAL_STREAM' in env);
  await (await import('./cli/run.js')).run(configuration, env, log);
  return 0;
}

/** Commands that anybody may give, who may not read the key. */
async function withoutKey({ command, switches }: Arguments, given: GivenSettings): Promise<number> {
  if (command === 'status') {
    const { status } = await import('./cli/status.js');
    return status(given.settings, switches.has('json'));
  }
  if (command === 'enrol') {
    const { enrol } = await import('./cli/enrol.js');
    return (await enrol(given, switches.has('force'))) ? 0 : EXIT.notConnected;
  }
  // A look only: what the agent that runs beside it has kept is not touched.
  await (await import('./cli/print.js')).print({ ...given.settings, stateDir: undefined });
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  const wrong = error instanceof ConfigError;
  process.stderr.write(`tocsin-agent: ${wrong ? error.message : (error as Error).stack}\n`);
  process.exitCode = wrong ? EXIT.misconfigured : EXIT.failed;
}
// Connections to hub and message bus would keep a process alive that has nothing left to do.
process.exit();
