import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Leases } from '../../database/leases.js';
import { HUB_EVENTS, type HostEvent } from '../../events/hub-events.js';
import { MinuteStore } from '../minute-store.js';
import { unpackRollups } from '../packing/rollup.js';
import { readLayout } from '../packing/stored-layout.js';
import { type DueStep, DueSteps, type Step } from './due-steps.js';
import { mergeRollups, type SpanRollups } from './merge-rollups.js';
import { RetentionService } from '../retention/retention.service.js';
import { coarserThan, finerThan } from './tier.js';
import { TierStore } from './tier-store.js';

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
  #running?: Promise<void>;
  #stopping = false;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly leases: Leases,
    private readonly retention: RetentionService,
  ) {
    this.#minutes = new MinuteStore(connection);
    this.#tiers = new TierStore(connection);
    this.#due = new DueSteps(connection);
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
    this.#due.forgetOld(now);
    while (!this.#stopping && (await this.leases.hold(LEASE, LEASE_MS))) {
      const steps = await this.#due.next(now, STEPS_PER_BATCH);
      for (let at = 0; at < steps.length; at += AT_ONCE) {
        await Promise.all(steps.slice(at, at + AT_ONCE).map((step) => this.#one(step, now)));
      }
      if (steps.length < STEPS_PER_BATCH) return;
    }
  }

  async #one(step: DueStep, now: number): Promise<void> {
    if (await this.#make(step, now)) {
      const coarser = coarserThan(step.tier);
      const { tenantId, hostId, start: t } = step;
      if (coarser !== undefined) await this.#due.mark(coarser, [{ tenantId, hostId, t }], now);
    }
    await this.#due.done(step);
  }

  /** Returns whether the step is another one than before. */
  async #make(step: Step, now: number): Promise<boolean> {
    const { tier, start } = step;
    const finer = finerThan(tier);
    // Of what the finer tier keeps only in part any more, nothing can be made that is better than what is there.
    const keptFrom = this.retention.keptFrom(step.tenantId, finer?.name ?? '1m', now);
    if (start < keptFrom && (await this.#tiers.has(tier, step, start))) return false;
    const parts = await this.#parts(step);
    if (parts.length === 0) {
      await this.#tiers.remove(tier, step, start);
      return true;
    }
    const merged = mergeRollups(parts);
    if (merged.leftOut > 0) {
      const when = new Date(start).toISOString();
      this.#logger.warn(
        `${merged.leftOut} series of host ${step.hostId} are left out of the ${tier.name} of ${when}: it names more than can be kept.`,
      );
    }
    await this.#tiers.write(tier, step, start, merged);
    return true;
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
