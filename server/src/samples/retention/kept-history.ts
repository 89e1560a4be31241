import type { RetentionTier } from '@tocsin/shared';
import type { Connection } from 'mongoose';
import type { HostKey } from '../host-key.js';
import { PrunedUntil } from './pruned-until.js';
import type { RetentionService } from './retention.service.js';

const DAY_MS = 86_400_000;

/** What there is of the history of a host: what its tenant keeps, without what was deleted when it kept less. */
export class KeptHistory {
  readonly #prunedUntil: PrunedUntil;

  constructor(
    connection: Connection,
    private readonly retention: Pick<RetentionService, 'keptFrom'>,
  ) {
    this.#prunedUntil = new PrunedUntil(connection);
  }

  /**
   * The time, in UTC ms, before which a tier is not there any more, or only in part.
   * @param since the earliest time that matters: for the last day, which everybody keeps, nothing is read
   */
  async keptFrom(host: HostKey, since: number, now: number): Promise<(tier: RetentionTier) => number> {
    const pruned = since >= now - DAY_MS ? undefined : await this.#prunedUntil.get(host);
    return (tier) => {
      const gone = tier === 'raw' ? pruned?.raw : pruned?.gone[tier];
      return Math.max(this.retention.keptFrom(host.tenantId, tier, now), gone ?? 0);
    };
  }
}
