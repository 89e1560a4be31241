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

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly readiness: ReadinessService,
  ) {
    connection.on('disconnected', () => this.#away());
    connection.on('connected', () => this.#back());
  }

  /** Does MongoDB answer right now? A connection may look open long after the other side hung. */
  async answers(): Promise<boolean> {
    try {
      await this.connection.db?.admin().command({ ping: 1 }, { timeoutMS: PING_TIMEOUT_MS });
      return this.connection.db !== undefined;
    } catch {
      return false;
    }
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
