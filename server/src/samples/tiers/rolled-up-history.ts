import type { Connection } from 'mongoose';
import type { HostKey } from '../host-key.js';
import { MinuteStore } from '../minute-store.js';
import { unpackRollups } from '../packing/rollup.js';
import { readLayout } from '../packing/stored-layout.js';
import { DueSteps, staleSteps, type Step } from './due-steps.js';
import type { SpanRollups } from './merge-rollups.js';
import { type Span, spansOf, within, without } from './runs.js';
import { TierStore } from './tier-store.js';
import { finerThan, FINEST_TIER, stepAt, tierFor, type Tier, type TierName } from './tier.js';

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
   * In no order.
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
  ): AsyncGenerator<TimedRollups> {
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
      for await (const step of this.#readSteps(tier, host, settled)) {
        found.push(step.start);
        yield step;
      }
      open = without(stale, spansOf(found, tier.stepMs));
    }
    yield* this.#readMinutes(host, open, inMemory);
  }

  async *#readSteps(tier: Tier, host: HostKey, spans: readonly Span[]): AsyncGenerator<TimedRollups> {
    for await (const { start, layout: text, rollups } of this.#tiers.readWithin(tier, host, spans)) {
      yield { start: start.getTime(), ...unpacked(text, rollups.value()) };
    }
  }

  async *#readMinutes(
    host: HostKey,
    spans: readonly Span[],
    inMemory: ReadonlySet<number>,
  ): AsyncGenerator<TimedRollups> {
    for await (const { minute, layout: text, rollups } of this.#minutes.readWithin(host, spans, 'rollups')) {
      const start = minute.getTime();
      if (!inMemory.has(start)) yield { start, ...unpacked(text, rollups.value()) };
    }
  }
}

function unpacked(text: string, rollups: Uint8Array): SpanRollups {
  const layout = readLayout(text);
  return { layout, rollups: unpackRollups(rollups, layout.series.length) };
}
