import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Leases } from '../../database/leases.js';
import { HUB_EVENTS, type HostEvent } from '../../events/hub-events.js';
import { isForGood, MinuteStore } from '../minute-store.js';
import { unpackRollups } from '../packing/rollup.js';
import { readLayout } from '../packing/stored-layout.js';
import { type DueStep, DueSteps, type Step } from './due-steps.js';
import { mergeRollups, type SpanRollups } from './merge-rollups.js';
import { KeptHistory } from '../retention/kept-history.js';
import { RetentionService } from '../retention/retention.service.js';
import { runClock } from './run-clock.js';
import { coarserThan, finerThan, TIERS } from './tier.js';
import { type RolledUpStep, TierStore } from './tier-store.js';

const LEASE = 'roll-ups';
const LEASE_MS = 60_000;
const STEPS_PER_BATCH = 100;
/** Steps at once: MongoDB works on some while the hub unpacks another. */
const AT_ONCE = 4;

/**
 * Rolls up what is due, tier by tier. A step is always made anew from all that the finer tier has of it, so
 * doing it twice, or half and then again, comes to the same.
 */
@Injectable()
export class RollUpService implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger(RollUpService.name);
  readonly #minutes: MinuteStore;
  readonly #tiers: TierStore;
  readonly #due: DueSteps;
  readonly #kept: KeptHistory;
  #running?: Promise<void>;
  #stopping = false;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly leases: Leases,
    retention: RetentionService,
  ) {
    this.#minutes = new MinuteStore(connection);
    this.#tiers = new TierStore(connection);
    this.#due = new DueSteps(connection);
    this.#kept = new KeptHistory(connection, retention);
  }

  async onModuleInit(): Promise<void> {
    await this.#tiers.createIndexes();
    await this.#due.createIndexes();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Called every few seconds. What MongoDB does not take stays due. */
  rollUp(now: number): Promise<void> {
    this.#running ??= this.#rollUp(now)
      .catch((error: unknown) => this.#logger.warn(`Roll-ups have to wait: ${String(error)}`))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  async forget({ tenantId, hostId }: HostEvent): Promise<void> {
    try {
      // What is being rolled up right now would come back after it was deleted.
      await this.#running;
      await this.#due.removeHost({ tenantId, hostId });
      await this.#tiers.removeHost({ tenantId, hostId });
    } catch (error) {
      this.#logger.warn(`The roll-ups of the removed host ${hostId} could not be deleted: ${String(error)}`);
    }
  }

  async #rollUp(now: number): Promise<void> {
    const clock = runClock(now);
    this.#due.forgetOld(now);
    while (!this.#stopping && (await this.leases.hold(LEASE, LEASE_MS))) {
      const steps = await this.#due.next(now, STEPS_PER_BATCH);
      await this.#batch(steps, clock);
      if (steps.length < STEPS_PER_BATCH) return;
    }
  }

  /** In this order: whoever is killed in between leaves the marks of what is not done yet. */
  async #batch(steps: readonly DueStep[], clock: () => number): Promise<void> {
    for (const tier of TIERS) {
      const made: RolledUpStep[] = [];
      const ofTier = steps.filter((step) => step.tier === tier);
      for (let at = 0; at < ofTier.length; at += AT_ONCE) {
        const some = ofTier.slice(at, at + AT_ONCE).map((step) => this.#make(step, clock()));
        made.push(...(await Promise.all(some)).filter((one) => one !== undefined));
      }
      await this.#tiers.write(tier, made);
      const coarser = coarserThan(tier);
      if (coarser !== undefined) {
        const changed = made.map(({ tenantId, hostId, start: t }) => ({ tenantId, hostId, t }));
        await this.#due.mark(coarser, changed, clock());
      }
    }
    await this.#due.done(steps, clock());
  }

  /** Undefined when what is there is to stay. */
  async #make(step: Step, now: number): Promise<RolledUpStep | undefined> {
    const { tenantId, hostId, tier, start } = step;
    // Of what the finer tier keeps only in part any more, nothing can be made that is better than what is there.
    const keptFrom = await this.#kept.keptFrom(step, start, now);
    const parts = finerThan(tier)?.name ?? '1m';
    if (start < keptFrom(parts) && (await this.#tiers.has(tier, step, start))) return undefined;
    const when = `the ${tier.name} of ${new Date(start).toISOString()} of host ${hostId}`;
    try {
      const found = await this.#parts(step);
      if (found.length === 0) return { tenantId, hostId, start, rollups: undefined };
      const rollups = mergeRollups(found);
      if (rollups.leftOut > 0) {
        this.#logger.warn(
          `${rollups.leftOut} series are left out of ${when}: it names more than can be kept.`,
        );
      }
      return { tenantId, hostId, start, rollups };
    } catch (error) {
      if (!isForGood(error)) throw error;
      // What is stored cannot be read: it must not hold up all others.
      this.#logger.error(`There will be no roll-up for ${when}: ${String(error)}`);
      return undefined;
    }
  }

  async #parts(step: Step): Promise<SpanRollups[]> {
    const { tier, start } = step;
    const end = start + tier.stepMs;
    const finer = finerThan(tier);
    const stored =
      finer === undefined
        ? this.#minutes.read(step, start, end, 'rollups')
        : this.#tiers.read(finer, step, start, end);
    const parts: SpanRollups[] = [];
    for await (const { layout: text, rollups } of stored) {
      const layout = readLayout(text);
      parts.push({ layout, rollups: unpackRollups(rollups.value(), layout.series.length) });
    }
    return parts;
  }
}
