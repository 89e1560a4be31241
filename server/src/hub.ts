import { Logger, type LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SetupService } from './auth/setup.service.js';
import { Config } from './config/config.js';
import { ConfigError } from './config/environment.js';
import { createApp } from './create-app.js';
import { mongodCacheDir } from './database/embedded/binary/cache-dir.js';
import { EmbeddedMongod } from './database/embedded/embedded-mongod.js';
import { OpenedDatabase } from './database/opened-database.js';
import { StartingServer } from './health/starting-server.js';

/** The application and, unless `MONGODB_URI` names another, the MongoDB that belongs to it. */
export class Hub {
  #mongod?: EmbeddedMongod;
  #database?: OpenedDatabase;
  #app?: NestExpressApplication;
  readonly #stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly logger: LoggerService,
  ) {}

  /** @throws ConfigError when the port is taken, or there is no MongoDB or data that this hub can work with */
  async start(): Promise<void> {
    try {
      const mongodbUri = this.config.mongodbUri ?? (await this.#startMongod());
      const config = new Config({ ...this.config, mongodbUri });
      this.#database = await this.#openDatabase(config);
      this.#app = await createApp(config, this.logger);
      await this.#listening(() => this.#app!.listen(this.config.port, this.config.host));
      new Logger('Hub').log(`Listening on ${await this.#app.getUrl()}`);
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
    this.#stopping.abort();
    await this.#app?.close();
    await this.#database?.close();
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

  /** While it migrates, the hub's address says so. */
  async #openDatabase(config: Config): Promise<OpenedDatabase> {
    const log = new Logger('Database');
    let starting: StartingServer | undefined;
    try {
      return await OpenedDatabase.open(config, {
        signal: this.#stopping.signal,
        report: (message) => log.log(message),
        onMigrating: async () => {
          const { host, port } = config;
          starting = await this.#listening(() =>
            StartingServer.start(host, port, 'migrating the data of an earlier version'),
          );
        },
      });
    } finally {
      await starting?.stop();
    }
  }

  async #listening<T>(listen: () => Promise<T>): Promise<T> {
    const { host, port } = this.config;
    try {
      return await listen();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') {
        throw new ConfigError(`Port ${port} is in use. Set PORT to a free one, or end what uses it.`);
      }
      if (code === 'EADDRNOTAVAIL')
        throw new ConfigError(`HOST is "${host}", which this machine does not have.`);
      throw error;
    }
  }
}
