import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bruteForce, inDisorder, someFrames, type TestFrame } from '../../../test/brute-force.js';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, samplesOn, TENANT } from '../../../test/samples.js';
import type { TierDocument } from './tier-store.js';
import { TIERS } from './tier.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGIN = 20_000 * DAY;
const SPAN = 3 * DAY;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
beforeEach(async () => {
  database = await freshDatabase();
  hub = await samplesOn(database.connection);
});
afterEach(() => database.drop());

const append = ({ seq, t, values }: TestFrame) => hub.samples.append(frameOf(seq, t, values), () => {}, t);

const METRICS = ['cpu.usage', 'disk.usage', 'ram.usage'];

/** The answer as `bruteForce` gives it, without the counts that an answer lacks. */
async function answered(points: number) {
  const query = { host: hostId(0), metric: METRICS, from: BEGIN, to: BEGIN + SPAN, points };
  const { from, step, series } = await hub.history.query(TENANT, query);
  const steps: Record<string, Record<string, { min: number; avg: number; max: number }>> = {};
  for (const { metric, instance, min, avg, max } of series) {
    min.forEach((least, i) => {
      if (least === null) return;
      const at = (steps[new Date(from + i * step).toISOString()] ??= {});
      at[instance === undefined ? metric : `${metric}:${instance}`] = {
        min: Math.round(least * 10),
        avg: avg[i]!,
        max: Math.round(max[i]! * 10),
      };
    });
  }
  return { step, steps };
}

function expected(frames: readonly TestFrame[], stepMs: number) {
  return Object.fromEntries(
    Object.entries(bruteForce(frames, stepMs)).map(([start, summaries]) => [
      start,
      Object.fromEntries(
        Object.entries(summaries).map(([key, { min, max, sum, count }]) => [
          key,
          // An answer rounds to hundredths.
          { min, avg: expect.closeTo(sum / count / 10, 1) as number, max },
        ]),
      ),
    ]),
  );
}

describe('RolledUpHistory', () => {
  it('gives what the samples say, whatever of them is in memory, stored or rolled up', async () => {
    await fc.assert(
      fc.asyncProperty(
        someFrames(BEGIN),
        fc.infiniteStream(fc.nat({ max: 1_000_000 })),
        async (frames, stream) => {
          await database.connection.dropDatabase();
          hub = await samplesOn(database.connection);
          const random = () => stream.next().value!;
          let now = BEGIN + SPAN;
          for (const frame of inDisorder(frames, random)) {
            append(frame);
            const what = random() % 8;
            if (what === 0) await hub.samples.writeMinutes((now += HOUR));
            if (what === 1) await hub.rollUps.rollUp((now += DAY));
          }
          for (const [points, stepMs] of [
            [2_000, 5 * MINUTE],
            [432, 10 * MINUTE],
            [216, 20 * MINUTE],
            [72, HOUR],
            [6, 12 * HOUR],
            [3, DAY],
          ] as const) {
            const { step, steps } = await answered(points);
            expect(step).toBe(stepMs);
            expect(steps).toEqual(expected(frames, stepMs));
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it('reads the coarsest tier that answers', async () => {
    for (let i = 0; i < 3; i += 1) append({ seq: i, t: BEGIN + i * DAY, values: { 'cpu.usage': i } });
    await hub.samples.writeMinutes(BEGIN + SPAN);
    for (let round = 1; round <= TIERS.length; round += 1) {
      await hub.rollUps.rollUp(BEGIN + SPAN + round * DAY);
    }
    // Only the day's own documents are left: an answer that needed finer ones would be empty.
    for (const name of ['minutes', 'rollups_10m', 'rollups_1h']) {
      await database.connection.collection<TierDocument>(name).deleteMany({});
    }
    const { steps } = await answered(3);
    expect(Object.values(steps).map((step) => step['cpu.usage'])).toEqual([
      { min: 0, avg: 0, max: 0 },
      { min: 10, avg: 1, max: 10 },
      { min: 20, avg: 2, max: 20 },
    ]);
  });
});
