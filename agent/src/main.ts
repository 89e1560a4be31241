#!/usr/bin/env node
import type { Collector } from './collectors/collector.js';
import { hostCollectors } from './collectors/host-collectors.js';
import { check } from './cli/check.js';
import { helpText } from './cli/help.js';
import { print } from './cli/print.js';
import { run } from './cli/run.js';
import type { Settings } from './config/options.js';
import { credentialsOf, readConfig } from './config/read-config.js';
import { ConfigError, fromArguments } from './config/sources.js';
import { agentVersion } from './identity.js';
import { createLogger, type Logger } from './logging/logger.js';
import { SimulatedHost } from './simulator/simulated-host.js';

/** What the process ends with, beside 0. */
const EXIT = { failed: 1, misconfigured: 2, notConnected: 3 } as const;

async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = fromArguments(argv);
  if (options.command === 'help' || options.command === 'version') {
    process.stdout.write(options.command === 'help' ? helpText() : `${agentVersion()}\n`);
    return 0;
  }
  const configuration = await readConfig(options, env);
  const { settings } = configuration;
  const log = createLogger(settings.logLevel, (line) => process.stderr.write(line), 'JOURNAL_STREAM' in env);
  if (options.command === 'print') {
    await print(collectorsFor(settings, log));
    return 0;
  }
  const credentials = credentialsOf(settings);
  if (options.command === 'check') return (await check(configuration, credentials)) ? 0 : EXIT.notConnected;
  await run(configuration, credentials, collectorsFor(settings, log), log);
  return 0;
}

function collectorsFor(settings: Settings, log: Logger): Collector[] {
  if (!settings.simulate) return hostCollectors(settings);
  const host = new SimulatedHost();
  process.on('SIGUSR2', () => log.info(host.toggleSpike() ? 'a CPU spike begins' : 'the CPU spike ends'));
  return [host];
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
