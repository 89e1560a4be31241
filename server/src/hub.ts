import { Logger, type LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SetupService } from './auth/setup.service.js';
import { Config } from './config/config.js';
import { ConfigError } from './config/environment.js';
import { createApp } from './create-app.js';
import { mongodCacheDir } from './database/embedded/binary/cache-dir.js';
import { EmbeddedMongod } from './database/embedded/embedded-mongod.js';

/** The application and, unless `MONGODB_URI` names another, the MongoDB that belongs to it. */
export class Hub {
  #mongod?: EmbeddedMongod;
  #app?: NestExpressApplication;

  constructor(
    private readonly config: Config,
    private readonly logger: LoggerService,
  ) {}

  /** @throws ConfigError when the port is taken or there is no MongoDB to be had */
  async start(): Promise<void> {
    try {
      const mongodbUri = this.config.mongodbUri ?? (await this.#startMongod());
      this.#app = await createApp(new Config({ ...this.config, mongodbUri }), this.logger);
      await this.#listen(this.#app);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Where the first account is made; undefined once there is one. */
  setupLink(): string | undefined {
    return this.#app?.get(SetupService, { strict: false }).link();
  }

  /** What was received is acknowledged and stored first; MongoDB ends last. */
  async stop(): Promise<void> {
    await this.#app?.close();
    await this.#mongod?.stop();
  }

  async #startMongod(): Promise<string> {
    const { mongodPath, dataDir } = this.config;
    const log = new Logger('MongoDB');
    this.#mongod = await EmbeddedMongod.start(
      { mongodPath, cacheDir: await mongodCacheDir(dataDir), dataDir },
      (message) => log.log(message),
    );
    return this.#mongod.uri;
  }

  async #listen(app: NestExpressApplication): Promise<void> {
    const { host, port } = this.config;
    try {
      await app.listen(port, host);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') {
        throw new ConfigError(`Port ${port} is in use. Set PORT to a free one, or end what uses it.`);
      }
      if (code === 'EADDRNOTAVAIL')
        throw new ConfigError(`HOST is "${host}", which this machine does not have.`);
      throw error;
    }
    new Logger('Hub').log(`Listening on ${await app.getUrl()}`);
  }
}
