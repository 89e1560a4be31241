import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { ReadinessService } from './readiness.service.js';

const PING_TIMEOUT_MS = 2_000;

/** Holds readiness back while MongoDB is away. */
@Injectable()
export class MongodbWatch {
  readonly #logger = new Logger('MongoDB');
  #returned?: () => void;
  #ping?: Promise<boolean>;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly readiness: ReadinessService,
  ) {
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
    if (this.#returned !== undefined) return;
    this.#returned = this.readiness.notReady('MongoDB is not connected');
    this.#logger.warn('The connection is gone.');
  }

  #back(): void {
    if (this.#returned === undefined) return;
    this.#returned();
    this.#returned = undefined;
    this.#logger.log('Connected again.');
  }
}
