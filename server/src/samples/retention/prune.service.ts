import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Leases } from '../../database/leases.js';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import { MinuteStore } from '../minute-store.js';
import { DueSteps } from '../tiers/due-steps.js';
import { TIERS } from '../tiers/tier.js';
import { TierStore } from '../tiers/tier-store.js';
import { PrunedUntil } from './pruned-until.js';
import { RetentionService } from './retention.service.js';

const LEASE = 'retention';
const LEASE_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** Each host has its turn once in so many minutes. */
const ROUND_MINUTES = 60;

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
    // What is not rolled up yet, after a migration or a long outage, would be gone for good.
    if ((await this.#due.of(host, 0, keptFrom('1m'))).length > 0) return;
    await this.#minutes.prune(host, keptFrom('1m'));
    const raw = keptFrom('raw');
    // Minutes without samples look no different in the index: where the last time ended is written down.
    await this.#minutes.pruneSamples(host, await this.#prunedUntil.get(host), raw);
    await this.#prunedUntil.set(host, raw);
    for (const tier of TIERS) await this.#tiers.prune(tier, host, keptFrom(tier.name));
  }

  /** A hub that was killed just after it removed a host may have left its history. */
  async #removeOrphans(): Promise<void> {
    for (const tenantId of this.retention.tenantIds()) {
      for (const hostId of await this.#minutes.hostIds(tenantId)) {
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
}

const turnOf = (hostId: string): number => parseInt(hostId.slice(-6), 16) % ROUND_MINUTES;
