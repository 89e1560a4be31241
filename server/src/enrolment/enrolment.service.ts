import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { Enrol, Enrolled } from '@tocsin/shared';
import { AuditLog } from '../audit/audit-log.js';
import { ApiException } from '../http/api-exception.js';
import { HostKeysService } from '../hosts/host-keys.service.js';
import { type HostRecord, HostsService } from '../hosts/hosts.service.js';
import { EnrolThrottle } from './enrol-throttle.js';
import { EnrolmentTokensService, type TakenUse } from './enrolment-tokens.service.js';
import { freeName } from './free-name.js';
import { REFUSAL_MESSAGES } from './token-state.js';

/** Names that another hub on the same database may take meanwhile, before this one gives up. */
const NAME_ATTEMPTS = 100;

/** Makes a host of a machine that has nothing but an enrolment token. */
@Injectable()
export class EnrolmentService {
  readonly #logger = new Logger(EnrolmentService.name);
  /** Names of hosts that are being made, each behind its tenant. */
  readonly #reserved = new Set<string>();

  constructor(
    private readonly throttle: EnrolThrottle,
    private readonly tokens: EnrolmentTokensService,
    private readonly hosts: HostsService,
    private readonly keys: HostKeysService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param address where the request comes from
   * @throws ApiException 403 with an `EnrolRefusalCode`, 409 when the tenant has as many hosts as it may
   *   have; TooManyAttempts
   */
  async enrol({ token, name }: Enrol, address: string): Promise<Enrolled> {
    await this.throttle.check(address);
    const taken = await this.tokens.take(token, Date.now());
    if (typeof taken === 'string') {
      if (taken === 'unknown_token') await this.throttle.guessed(address);
      throw new ApiException(HttpStatus.FORBIDDEN, taken, REFUSAL_MESSAGES[taken]);
    }
    try {
      const enrolled = await this.#make(taken, name);
      this.#logger.log(`${enrolled.name} enrolled from ${address} with the token ${taken.hint}….`);
      return enrolled;
    } catch (error) {
      await this.tokens.giveBack(taken).catch((fault: Error) => {
        this.#logger.warn(`A use of the token ${taken.hint}… could not be given back: ${fault.message}`);
      });
      throw error;
    }
  }

  async #make({ tenantId, tags, hint }: TakenUse, name: string): Promise<Enrolled> {
    const host = await this.#host(tenantId, name, tags);
    try {
      const { key } = await this.keys.create(tenantId, host.id);
      await this.audit.note(tenantId, {
        actor: { name: `Enrolment token ${hint}…` },
        action: 'enrolment.enrol',
        target: { id: host.id, name: host.name },
      });
      return { hostId: host.id, name: host.name, key };
    } catch (error) {
      // Without a key it is of no use to anybody, and none is to be there that nobody can account for.
      await this.hosts.remove(tenantId, host.id).catch((fault: Error) => {
        this.#logger.warn(`${host.name} was left without a key: ${fault.message}`);
      });
      throw error;
    }
  }

  async #host(tenantId: string, wanted: string, tags: string[]): Promise<HostRecord> {
    const taken = new Set<string>();
    for (const host of this.hosts.all()) if (host.tenantId === tenantId) taken.add(host.name);
    for (let attempt = 1; ; attempt += 1) {
      const name = freeName(wanted, (n) => taken.has(n) || this.#reserved.has(`${tenantId} ${n}`));
      const reserved = `${tenantId} ${name}`;
      this.#reserved.add(reserved);
      try {
        return await this.hosts.create(tenantId, { name, tags });
      } catch (error) {
        const nameTaken = error instanceof ApiException && error.body.field === '/name';
        if (!nameTaken || attempt >= NAME_ATTEMPTS) throw error;
        taken.add(name);
      } finally {
        this.#reserved.delete(reserved);
      }
    }
  }
}
