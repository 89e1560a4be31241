import { HttpStatus, Injectable } from '@nestjs/common';
import { ApiException } from '../../http/api-exception.js';

/** How many exports may be under way: each holds some megabytes for as long as its reader takes. */
export const OPEN_EXPORTS = { ofTenant: 2, ofHub: 8 } as const;

const RETRY_AFTER_SECONDS = 10;

/** Counts the exports that are under way. */
@Injectable()
export class OpenExports {
  readonly #ofTenant = new Map<string, number>();
  #ofHub = 0;

  get count(): number {
    return this.#ofHub;
  }

  /**
   * @returns what is to be called once it has ended
   * @throws ApiException 429 or 503 with `Retry-After`
   */
  enter(tenantId: string): () => void {
    const ofTenant = this.#ofTenant.get(tenantId) ?? 0;
    if (ofTenant >= OPEN_EXPORTS.ofTenant) {
      throw busy(HttpStatus.TOO_MANY_REQUESTS, 'too_many_requests', 'Your tenant has');
    }
    if (this.#ofHub >= OPEN_EXPORTS.ofHub)
      throw busy(HttpStatus.SERVICE_UNAVAILABLE, 'unavailable', 'The hub has');
    this.#count(tenantId, 1);
    return () => this.#count(tenantId, -1);
  }

  #count(tenantId: string, by: 1 | -1): void {
    this.#ofHub += by;
    const ofTenant = (this.#ofTenant.get(tenantId) ?? 0) + by;
    if (ofTenant === 0) this.#ofTenant.delete(tenantId);
    else this.#ofTenant.set(tenantId, ofTenant);
  }
}

const busy = (status: number, code: string, who: string) =>
  new ApiException(
    status,
    code,
    `${who} as many exports under way as there may be. Try again when one has ended.`,
    undefined,
    RETRY_AFTER_SECONDS,
  );
