import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../../auth/network.js';
import { TooManyAttempts } from '../../auth/too-many-attempts.js';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import { HostKeysService } from '../../hosts/host-keys.service.js';
import { ApiException } from '../../http/api-exception.js';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';

const WINDOW_S = 15 * 60;
/** Requests of one network with a key that lets nobody in, before they are not even told so. */
export const FAILURES_PER_NETWORK = 30;

const REFUSALS = {
  no_key: 'Give the key of the host in the header X-API-Key, or as "Authorization: Bearer toc_…".',
  unknown_key: 'The hub does not know this key.',
  revoked_key: 'The key was revoked. Make a new one for this host.',
} as const;

/**
 * Tells by its key which host a request is of. A right key always works: what is held back are those who
 * try with wrong ones, also where many share an address.
 */
@Injectable()
export class DataKeys {
  readonly #failures = new RateLimiterMemory({ points: FAILURES_PER_NETWORK, duration: WINDOW_S });
  readonly #warnings = new RepeatedWarnings(new Logger(DataKeys.name));

  constructor(
    private readonly keys: HostKeysService,
    private readonly hosts: HostsService,
  ) {}

  /** @throws ApiException 401, and 429 to those who were told so too often */
  async hostOf(request: Request, now: number): Promise<HostRecord> {
    const key = keyOf(request);
    const identity = key === undefined ? 'no_key' : await this.keys.authenticate(key);
    const host = typeof identity === 'string' ? undefined : this.hosts.get(identity.hostId);
    if (host !== undefined) return host;
    return this.#refuse(typeof identity === 'string' ? identity : 'unknown_key', request.ip ?? '', now);
  }

  /** Logs how often warnings were held back. Called now and then. */
  summariseWarnings(now: number): void {
    this.#warnings.flush(now);
  }

  async #refuse(why: keyof typeof REFUSALS, address: string, now: number): Promise<never> {
    const network = networkOf(address);
    this.#warnings.warn(`Refused data from ${network}`, REFUSALS[why], now);
    try {
      await this.#failures.consume(network);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooManyAttempts(Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
    }
    throw new ApiException(HttpStatus.UNAUTHORIZED, 'unauthorized', REFUSALS[why]);
  }
}

function keyOf({ headers }: Request): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
