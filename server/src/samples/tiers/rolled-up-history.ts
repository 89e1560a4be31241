import type { Connection } from 'mongoose';
import type { HostKey } from '../host-key.js';
import { MinuteStore } from '../minute-store.js';
import { unpackRollups } from '../packing/rollup.js';
import { readLayout } from '../packing/stored-layout.js';
import { DueSteps, type Step } from './due-steps.js';
import type { SpanRollups } from './merge-rollups.js';
import { runsOf, type Span } from './runs.js';
import { TierStore } from './tier-store.js';
import { finerThan, FINEST_TIER, stepAt, tierFor, type Tier } from './tier.js';

export interface TimedRollups extends SpanRollups {
  /** UTC ms. */
  start: number;
}

/**
 * The past as it is rolled up: from the coarsest tier that answers, and from finer ones where that is not
 * up to date. What it gives is always what the minutes would have given.
 */
export class RolledUpHistory {
  readonly #minutes: MinuteStore;
  readonly #tiers: TierStore;
  readonly #due: DueSteps;

  constructor(connection: Connection) {
    this.#minutes = new MinuteStore(connection);
    this.#tiers = new TierStore(connection);
    this.#due = new DueSteps(connection);
  }

  /**
   * @param width of the answer's steps, in ms: whole minutes; `span` begins and ends with one
   * @param leftOut minutes that are not to be read, because they are in memory
   */
  async *read(
    host: HostKey,
    span: Span,
    width: number,
    leftOut: ReadonlySet<number>,
  ): AsyncGenerator<TimedRollups> {
    const tier = tierFor(width);
    if (tier === undefined) {
      yield* this.#readMinutes(host, span, leftOut);
      return;
    }
    const due = await this.#due.of(host, span.from, span.to);
    for (const minute of leftOut) {
      due.push({ ...host, tier: FINEST_TIER, start: stepAt(FINEST_TIER, minute) });
    }
    yield* this.#readTier(tier, host, span, due, leftOut);
  }

  async *#readTier(
    tier: Tier,
    host: HostKey,
    span: Span,
    due: readonly Step[],
    leftOut: ReadonlySet<number>,
  ): AsyncGenerator<TimedRollups> {
    const stale = new Set(
      due.filter((one) => one.tier.stepMs <= tier.stepMs).map(({ start }) => stepAt(tier, start)),
    );
    const finer = finerThan(tier);
    for (const run of runsOf(span, tier.stepMs, stale)) {
      if (!run.stale) yield* this.#readFresh(tier, host, run);
      else if (finer === undefined) yield* this.#readMinutes(host, run, leftOut);
      else yield* this.#readTier(finer, host, run, due, leftOut);
    }
  }

  async *#readFresh(tier: Tier, host: HostKey, { from, to }: Span): AsyncGenerator<TimedRollups> {
    for await (const { start, layout: text, rollups } of this.#tiers.read(tier, host, from, to)) {
      const layout = readLayout(text);
      yield {
        start: start.getTime(),
        layout,
        rollups: unpackRollups(rollups.value(), layout.series.length),
      };
    }
  }

  async *#readMinutes(
    host: HostKey,
    { from, to }: Span,
    leftOut: ReadonlySet<number>,
  ): AsyncGenerator<TimedRollups> {
    for await (const { minute, layout: text, rollups } of this.#minutes.read(host, from, to, 'rollups')) {
      const start = minute.getTime();
      if (leftOut.has(start)) continue;
      const layout = readLayout(text);
      yield { start, layout, rollups: unpackRollups(rollups.value(), layout.series.length) };
    }
  }
}
