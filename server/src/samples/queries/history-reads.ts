import { HttpStatus, Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { ApiException } from '../../http/api-exception.js';

/**
 * How many reads of the past go on at once and how many more may wait. What is read is unpacked by the
 * thread that also takes the frames: more at once would answer nobody sooner.
 */
export const READS = { atOnceOfTenant: 2, atOnceOfHub: 4, waitingOfTenant: 30, waitingOfHub: 200 } as const;

const RETRY_AFTER_SECONDS = 2;

/**
 * Lets a few reads of the past run at a time and the others wait in turn. Only the next ones of each tenant
 * wait for the hub, so that a tenant with many does not keep out the others.
 */
@Injectable()
export class HistoryReads {
  readonly #hub = new PQueue({ concurrency: READS.atOnceOfHub });
  readonly #tenants = new Map<string, PQueue>();
  #waiting = 0;

  /** Reads of all tenants that have not begun. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tenants that have reads here. */
  get tenants(): number {
    return this.#tenants.size;
  }

  /**
   * Runs `read` when it is its turn. One that has begun keeps its place until it ends by itself, which it
   * should soon after `signal`.
   * @throws ApiException 429 or 503 with `Retry-After` when too many wait; the signal's reason
   */
  async run<T>(tenantId: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    this.#admit(this.#tenants.get(tenantId));
    return this.goOn(tenantId, signal, read);
  }

  /** The next read of something that is under way already, of which there are few: it is never refused. */
  async goOn<T>(tenantId: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const tenant = this.#tenantOf(tenantId);
    const waiting = new AbortController();
    const leave = () => waiting.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      this.#waiting -= 1;
      signal.removeEventListener('abort', leave);
    };
    this.#waiting += 1;
    const place = { signal: waiting.signal };
    const start = () => {
      begin();
      return read();
    };
    try {
      return await tenant.add(() => this.#hub.add(start, place), place);
    } finally {
      begin();
    }
  }

  #tenantOf(tenantId: string): PQueue {
    let tenant = this.#tenants.get(tenantId);
    if (tenant === undefined) {
      tenant = new PQueue({ concurrency: READS.atOnceOfTenant });
      tenant.on('idle', () => this.#tenants.delete(tenantId));
      this.#tenants.set(tenantId, tenant);
    }
    return tenant;
  }

  #admit(tenant: PQueue | undefined): void {
    if (tenant !== undefined && tenant.size >= READS.waitingOfTenant) {
      throw new ApiException(
        HttpStatus.TOO_MANY_REQUESTS,
        'too_many_requests',
        'Too many queries of the history wait already. Put those of one page into a batch, and try again in a moment.',
        undefined,
        RETRY_AFTER_SECONDS,
      );
    }
    if (this.#waiting >= READS.waitingOfHub) {
      throw new ApiException(
        HttpStatus.SERVICE_UNAVAILABLE,
        'unavailable',
        'The hub has more queries of the history to answer than it can. Try again in a moment.',
        undefined,
        RETRY_AFTER_SECONDS,
      );
    }
  }
}
