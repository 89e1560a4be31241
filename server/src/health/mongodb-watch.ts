import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

const PING_TIMEOUT_MS = 2_000;

/**
 * Says whether MongoDB answers. It does not hold back readiness, which would keep agents out: their frames
 * and the alarms go on in memory, and a hub whose database is away must not call its hosts lost.
 */
@Injectable()
export class MongodbWatch {
  readonly #logger = new Logger('MongoDB');
  #gone = false;
  #ping?: Promise<boolean>;

  constructor(@InjectConnection() private readonly connection: Connection) {
    const away = () => this.#away();
    connection.on('disconnected', away);
    // The hub itself says goodbye when it stops.
    connection.once('disconnecting', () => connection.off('disconnected', away));
    connection.on('connected', () => this.#back());
  }

  /** Does MongoDB answer right now? A connection may look open long after the other side hung. */
  async answers(): Promise<boolean> {
    // A ping to a hung MongoDB stays under way for good: those who ask meanwhile wait for the same one.
    this.#ping ??= this.#pinged().finally(() => (this.#ping = undefined));
    return Promise.race([this.#ping, sleep(PING_TIMEOUT_MS, false, { ref: false })]);
  }

  async #pinged(): Promise<boolean> {
    if (this.connection.db === undefined) return false;
    return this.connection.db
      .admin()
      .ping()
      .then(
        () => true,
        () => false,
      );
  }

  #away(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#logger.warn('The connection is gone.');
  }

  #back(): void {
    if (!this.#gone) return;
    this.#gone = false;
    this.#logger.log('Connected again.');
  }
}
