import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { connect } from './connect.js';
import { Migrator } from './migrations/migrator.js';
import { RestoreMark } from './restore-mark.js';
import { RunningHubs } from './running-hubs.js';

const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 1_000;
const LEAVE_WITHIN_MS = 2_000;

export interface Opening {
  signal: AbortSignal;
  report: (message: string) => void;
  /** Called when there is something to migrate, before it begins. */
  onMigrating: () => Promise<void>;
}

/** The database of a hub that runs, made ready for this version of it. Its own connection never waits behind frames. */
export class OpenedDatabase {
  private constructor(
    private readonly connection: Connection,
    private readonly hubs: RunningHubs,
  ) {}

  /**
   * @throws ConfigError when the data is of a newer version or is being restored, the signal's reason, and
   * what MongoDB says when it stays away
   */
  static async open(config: Pick<Config, 'mongodbUri'>, opening: Opening): Promise<OpenedDatabase> {
    const connection = await patiently(config, opening);
    const opened = new OpenedDatabase(connection, new RunningHubs(connection));
    try {
      // In this order: who restores marks first and looks for hubs then, so one of the two sees the other.
      await opened.hubs.join();
      await new RestoreMark(connection).refuseHub();
      const migrator = new Migrator(connection, opening.report);
      if ((await migrator.pending()).length > 0) {
        await opening.onMigrating();
        await migrator.run(opening.signal);
      }
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** A MongoDB that hangs is not waited for: the hub is then soon taken for gone. */
  async close(): Promise<void> {
    const left = this.hubs
      .leave()
      .catch(() => {})
      .then(() => this.connection.close());
    await Promise.race([left, sleep(LEAVE_WITHIN_MS, undefined, { ref: false })]);
  }
}

/** MongoDB is often started together with the hub. */
async function patiently(
  config: Pick<Config, 'mongodbUri'>,
  { signal, report }: Opening,
): Promise<Connection> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await connect(config, { maxPoolSize: 3 });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      report(`MongoDB does not answer yet: ${(error as Error).message}`);
      await sleep(BETWEEN_ATTEMPTS_MS, undefined, { signal });
    }
  }
}
