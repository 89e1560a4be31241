import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ConfigError } from './config/environment.js';
import { readConfig } from './config/read-config.js';
import { Hub } from './hub.js';
import { createPino, HubLogger } from './logging/logger.js';

/** How long a stop may take, in ms. Longer than each part's own bound; then the hub ends anyhow. */
const STOP_WITHIN_MS = 20_000;
const EXIT = { failed: 1, misconfigured: 2 } as const;

async function start(): Promise<void> {
  const config = readConfig();
  const logger = new HubLogger(createPino(config));
  Logger.overrideLogger(logger);
  const hub = new Hub(config, logger);
  stopWhenTold(hub);
  await hub.start();
  const { publicUrl: url } = config;
  const setupUrl = hub.setupLink();
  // Whoever forked the hub shows the link; in a terminal the hub does so itself. It never goes into the log.
  if (process.send) process.send({ type: 'ready', url, setupUrl });
  else if (setupUrl) process.stdout.write(`\nMake the first account: ${setupUrl}\n\n`);
}

let stopping = false;

function stopWhenTold(hub: Hub): void {
  const stop = async (why: string): Promise<void> => {
    // Whoever asks a second time means it.
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    const logger = new Logger('Hub');
    logger.log(`Stopping: ${why}.`);
    setTimeout(() => process.exit(EXIT.failed), STOP_WITHIN_MS).unref();
    await hub.stop().catch((error: unknown) => logger.error('The hub did not stop cleanly.', error));
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.once('disconnect', () => void stop('the parent process is gone'));
}

/** Runs the hub until it is told to stop; then, or when it cannot start, it ends the process. */
export async function serve(): Promise<void> {
  try {
    await start();
  } catch (error) {
    // A start that was broken off because the hub is to stop is no failure.
    if (stopping) return;
    const wrong = error instanceof ConfigError;
    process.stderr.write(`tocsin-hub: ${wrong ? error.message : String((error as Error).stack)}\n`);
    process.exit(wrong ? EXIT.misconfigured : EXIT.failed);
  }
}
