import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Leases } from '../../database/leases.js';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import { MinuteStore } from '../minute-store.js';
import { DueSteps, staleSteps, type Step } from '../tiers/due-steps.js';
import { type Span, without } from '../tiers/runs.js';
import { coarserThan, FINEST_TIER, type Tier, TIERS } from '../tiers/tier.js';
import { TierStore } from '../tiers/tier-store.js';
import { PrunedUntil } from './pruned-until.js';
import { RetentionService } from './retention.service.js';

const LEASE = 'retention';
const LEASE_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** Each host has its turn once in so many minutes. */
const ROUND_MINUTES = 60;
/** So many stretches are deleted of a tier of one host before the next one has its turn. */
const SPANS_AT_A_TURN = 500;

/**
 * Deletes what is older than its tenant keeps it. By ranges of the index that queries use anyhow: a TTL
 * would need an index of its own on each tier, and every document rewritten when a tenant changes its mind.
 */
@Injectable()
export class PruneService implements OnModuleInit {
  readonly #logger = new Logger(PruneService.name);
  readonly #minutes: MinuteStore;
  readonly #tiers: TierStore;
  readonly #due: DueSteps;
  readonly #prunedUntil: PrunedUntil;
  #running?: Promise<void>;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly retention: RetentionService,
    private readonly leases: Leases,
  ) {
    this.#minutes = new MinuteStore(connection);
    this.#tiers = new TierStore(connection);
    this.#due = new DueSteps(connection);
    this.#prunedUntil = new PrunedUntil(connection);
  }

  async onModuleInit(): Promise<void> {
    await this.#prunedUntil.createIndexes();
  }

  /** Called each minute: some hosts have their turn. What was not done is done in the next round. */
  prune(now: number): Promise<void> {
    this.#running ??= this.#prune(now)
      .catch((error: unknown) => this.#logger.warn(`Old history could not be deleted: ${String(error)}`))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #prune(now: number): Promise<void> {
    if (!(await this.leases.hold(LEASE, LEASE_MS))) return;
    await this.retention.refresh();
    const turn = Math.floor(now / MINUTE_MS) % ROUND_MINUTES;
    for (const host of [...this.hosts.all()].filter(({ id }) => turnOf(id) === turn)) {
      if (!(await this.leases.hold(LEASE, LEASE_MS))) return;
      await this.#pruneHost(host, now);
    }
    if (turn === 0) await this.#removeOrphans();
  }

  async #pruneHost({ tenantId, id: hostId }: HostRecord, now: number): Promise<void> {
    const host = { tenantId, hostId };
    const keptFrom = (tier: Parameters<RetentionService['keptFrom']>[1]) =>
      this.retention.keptFrom(tenantId, tier, now);
    await this.#prunedUntil.setGone(host, {
      '1m': keptFrom('1m'),
      '10m': keptFrom('10m'),
      '1h': keptFrom('1h'),
      '1d': keptFrom('1d'),
    });
    const due = await this.#due.of(host, 0, now);
    for (const span of goingOf(keptFrom('1m'), FINEST_TIER, due)) await this.#minutes.prune(host, span);
    for (const tier of TIERS) {
      for (const span of goingOf(keptFrom(tier.name), coarserThan(tier), due)) {
        await this.#tiers.prune(tier, host, span);
      }
    }
    const raw = keptFrom('raw');
    // Minutes without samples look no different in the index: where the last time ended is written down.
    const pruned = await this.#prunedUntil.get(host);
    await this.#minutes.pruneSamples(host, pruned.lookFrom, raw);
    await this.#prunedUntil.setRaw(host, raw, pruned);
  }

  /** A hub that was killed just after it removed a host may have left its history. */
  async #removeOrphans(): Promise<void> {
    for (const tenantId of this.retention.tenantIds()) {
      for (const hostId of await this.#hostIds(tenantId)) {
        // Another hub may have added it.
        if (this.hosts.get(hostId) !== undefined || (await this.hosts.isStored(tenantId, hostId))) continue;
        const host = { tenantId, hostId };
        await this.#due.removeHost(host);
        await this.#minutes.removeHost(host);
        await this.#tiers.removeHost(host);
        await this.#prunedUntil.remove(host);
      }
    }
  }

  /** Every host of which anything is left: what was removed of one may be any part. */
  async #hostIds(tenantId: string): Promise<Set<string>> {
    const ids = [await this.#minutes.hostIds(tenantId), await this.#prunedUntil.hostIds(tenantId)];
    for (const tier of TIERS) ids.push(await this.#tiers.hostIds(tier, tenantId));
    return new Set(ids.flat());
  }
}

/**
 * What is to go of a tier now: all before `keptFrom` but what steps of the next tier are still to be made
 * from, which after a migration, a long outage or a late frame would be gone for good.
 */
const goingOf = (keptFrom: number, madeInto: Tier | undefined, due: readonly Step[]): Span[] =>
  without([{ from: 0, to: keptFrom }], madeInto === undefined ? [] : staleSteps(madeInto, due)).slice(
    0,
    SPANS_AT_A_TURN,
  );

const turnOf = (hostId: string): number => parseInt(hostId.slice(-6), 16) % ROUND_MINUTES;
