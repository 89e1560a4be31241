import type { LoggerService } from '@nestjs/common';
import { Config } from '../src/config/config.js';
import { createApp } from '../src/create-app.js';
import { freshDatabase } from './database.js';

const SILENT: LoggerService = { log() {}, warn() {}, error() {} };

/** The whole hub on a port and a database of its own. */
export async function startHub(settings: Partial<Config> = {}, logger: LoggerService = SILENT) {
  const database = await freshDatabase();
  const app = await createApp(
    new Config({ dataDir: '/nowhere', mongodbUri: database.uri, journalIntervalMs: 50, ...settings }),
    logger,
  );
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: await app.getUrl(),
    database: database.connection,
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}
