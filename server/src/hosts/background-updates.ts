import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { type Model, Types } from 'mongoose';
import type { TenantOwned } from '../database/tenant-repository.js';

const BATCH = 500;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

interface Pending<T> {
  tenantId: string;
  fields: Partial<T>;
}

/**
 * Field values that are in memory already and follow into MongoDB without anybody waiting: in batches,
 * one after the other, again and again until they are written. Of several values for one field only the
 * newest is written, so a database that hangs costs no memory beyond one entry a document.
 */
export class BackgroundUpdates<T extends TenantOwned> {
  readonly #pending = new Map<string, Pending<T>>();
  readonly #stopped = new AbortController();
  #writing: Promise<void> | undefined;

  constructor(
    private readonly model: Model<T>,
    private readonly logger: Logger,
  ) {}

  set(tenantId: string, id: string, fields: Partial<T>): void {
    const earlier = this.#pending.get(id);
    this.#pending.set(id, { tenantId, fields: { ...earlier?.fields, ...fields } });
    this.#writing ??= this.#writeAll();
  }

  /** Writes what is pending; what MongoDB does not take at once now is given up. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // A burst, such as thousands of agents coming back, fills whole batches.
    await new Promise(setImmediate);
    let failures = 0;
    while (this.#pending.size > 0) {
      const batch = this.#take();
      try {
        await this.#write(batch);
        failures = 0;
      } catch (error) {
        this.#putBack(batch);
        failures += 1;
        if (failures === 1) this.logger.warn(`${this.#what()} could not be written: ${String(error)}`);
        if (this.#stopped.signal.aborted) break;
        await this.#wait(failures);
      }
    }
    this.#writing = undefined;
  }

  #take(): Map<string, Pending<T>> {
    const batch = new Map([...this.#pending].slice(0, BATCH));
    for (const id of batch.keys()) this.#pending.delete(id);
    return batch;
  }

  /** Beneath what has come in since, which is newer. */
  #putBack(batch: Map<string, Pending<T>>): void {
    for (const [id, { tenantId, fields }] of batch) {
      this.#pending.set(id, { tenantId, fields: { ...fields, ...this.#pending.get(id)?.fields } });
    }
  }

  async #write(batch: Map<string, Pending<T>>): Promise<void> {
    await this.model.collection.bulkWrite(
      [...batch].map(([id, { tenantId, fields }]) => ({
        updateOne: {
          filter: { _id: new Types.ObjectId(id), tenantId: new Types.ObjectId(tenantId) },
          update: { $set: fields },
        },
      })),
      { ordered: false },
    );
  }

  async #wait(failures: number): Promise<void> {
    const ms = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
    await delay(ms, undefined, { signal: this.#stopped.signal }).catch(() => {});
  }

  #what(): string {
    return `News of ${this.#pending.size} ${this.model.collection.collectionName}`;
  }
}
