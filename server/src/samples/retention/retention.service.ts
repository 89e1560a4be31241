import { HttpStatus, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DEFAULT_RETENTION, type Retention, type RetentionTier, shorterThanFiner } from '@tocsin/shared';
import { changed } from '../../audit/audited-request.js';
import { ApiException } from '../../http/api-exception.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { keptFrom } from './retention.js';

/** For how long each tenant keeps what. In memory, because every query asks. */
@Injectable()
export class RetentionService implements OnModuleInit {
  readonly #logger = new Logger(RetentionService.name);
  #byTenant = new Map<string, Retention>();

  constructor(private readonly tenants: TenantsService) {}

  onModuleInit(): Promise<void> {
    return this.refresh();
  }

  of(tenantId: string): Retention {
    return this.#byTenant.get(tenantId) ?? DEFAULT_RETENTION;
  }

  tenantIds(): Iterable<string> {
    return this.#byTenant.keys();
  }

  /** The time, in UTC ms, before which a tier of the tenant keeps nothing. */
  keptFrom(tenantId: string, tier: RetentionTier, now: number): number {
    return keptFrom(this.of(tenantId), tier, now);
  }

  /** @throws ApiException 400 when a coarse tier would end before a finer one */
  async save(tenantId: string, retention: Retention): Promise<void> {
    const tier = shorterThanFiner(retention);
    if (tier !== undefined) {
      throw new ApiException(
        HttpStatus.BAD_REQUEST,
        'invalid',
        `${tier} must be kept at least as long as the finer tier before it.`,
        `/${tier}`,
      );
    }
    await this.tenants.saveRetention(tenantId, retention);
    changed({ before: this.of(tenantId), after: retention });
    this.#byTenant.set(tenantId, retention);
  }

  /** Takes up what another hub changed. */
  async refresh(): Promise<void> {
    try {
      this.#byTenant = new Map((await this.tenants.all()).map(({ id, retention }) => [id, retention]));
    } catch (error) {
      this.#logger.warn(`What tenants keep could not be read: ${String(error)}`);
    }
  }
}
