import type { Connection, mongo } from 'mongoose';
import type { HostKey } from '../host-key.js';
import { MinuteStore } from '../minute-store.js';
import { readLayout, type StoredLayout } from '../packing/stored-layout.js';
import { DueSteps, staleSteps, type Step } from './due-steps.js';
import { type Span, spansOf, within, without } from './runs.js';
import { TierStore } from './tier-store.js';
import { finerThan, FINEST_TIER, stepAt, tierFor, type Tier, type TierName } from './tier.js';

/** What is left of all series of a host in a span of time, as it is stored: see `unpackRollups`. */
export interface TimedRollups {
  /** UTC ms. */
  start: number;
  layout: StoredLayout;
  packed: Uint8Array;
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
   * Many at a time, in no order.
   * @param width of the answer's steps, in ms: whole minutes; `span` begins and ends with one
   * @param inMemory minutes that are not to be read, because they are in memory
   * @param keptFrom the time, in UTC ms, before which a tier is not there any more, or only in part
   */
  async *read(
    host: HostKey,
    span: Span,
    width: number,
    inMemory: ReadonlySet<number>,
    keptFrom: (tier: '1m' | TierName) => number,
  ): AsyncGenerator<TimedRollups[]> {
    const coarsest = tierFor(width);
    const due: Pick<Step, 'tier' | 'start'>[] =
      coarsest === undefined ? [] : await this.#due.of(host, span.from, span.to);
    for (const minute of inMemory) due.push({ tier: FINEST_TIER, start: stepAt(FINEST_TIER, minute) });
    let open: Span[] = [span];
    for (let tier = coarsest; tier !== undefined; tier = finerThan(tier)) {
      const stale = within(staleSteps(tier, due), span);
      yield* this.#readSteps(tier, host, without(open, stale));
      // As in a roll-up: what is made of more than is left of its parts stays as it is.
      const settled = within(stale, { from: span.from, to: keptFrom(finerThan(tier)?.name ?? '1m') });
      const found: number[] = [];
      for await (const steps of this.#readSteps(tier, host, settled)) {
        for (const { start } of steps) found.push(start);
        yield steps;
      }
      open = without(stale, spansOf(found, tier.stepMs));
    }
    yield* this.#readMinutes(host, open, inMemory);
  }

  async *#readSteps(tier: Tier, host: HostKey, spans: readonly Span[]): AsyncGenerator<TimedRollups[]> {
    for await (const steps of this.#tiers.readWithin(tier, host, spans)) {
      yield steps.map(({ start, layout, rollups }) => timed(start, layout, rollups));
    }
  }

  async *#readMinutes(
    host: HostKey,
    spans: readonly Span[],
    inMemory: ReadonlySet<number>,
  ): AsyncGenerator<TimedRollups[]> {
    for await (const minutes of this.#minutes.readWithin(host, spans, 'rollups')) {
      yield minutes
        .filter(({ minute }) => !inMemory.has(minute.getTime()))
        .map(({ minute, layout, rollups }) => timed(minute, layout, rollups));
    }
  }
}

const timed = (start: Date, layout: string, rollups: mongo.Binary): TimedRollups => ({
  start: start.getTime(),
  layout: readLayout(layout),
  packed: rollups.value(),
});
