import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT_MOST,
  Batches,
  type BatchEntry,
  CALM_MS,
  LONGEST_MS,
  STORM_OF,
  WAITS_MS,
  WITHIN_MS,
} from './batches.js';
import { type Grouping, GROUPINGS } from './policy.js';

const START = 1_800_000_000_000;
const entry = (n: number, over: Partial<BatchEntry> = {}): BatchEntry => ({
  incidentId: `i${n}`,
  hostId: `h${n}`,
  ruleId: 'r1',
  grouping: 'related',
  isUpdate: false,
  ...over,
});

/** Batches with the ms after the start at which they were told. */
function told(entries: { at: number; entry: BatchEntry }[], until: number) {
  const batches = new Batches();
  const sent: { at: number; ids: string[] }[] = [];
  const coming = [...entries].sort((a, b) => a.at - b.at);
  for (let at = 0; at <= until; at += 50) {
    for (; coming.length > 0 && coming[0]!.at <= at; coming.shift())
      batches.add(coming[0]!.entry, START + at);
    for (const batch of batches.take(START + at)) sent.push({ at, ids: [...batch.entries.keys()] });
  }
  return sent;
}

it('a single one is told after a tenth of a second', () => {
  expect(told([{ at: 0, entry: entry(1) }], 60_000)).toEqual([{ at: WAITS_MS[0], ids: ['i1'] }]);
});

it('a thousand hosts that go within a second are one message', () => {
  const storm = Array.from({ length: 1_000 }, (_, n) => ({ at: Math.floor(n / 50) * 50, entry: entry(n) }));
  const [first, ...more] = told(storm, 60_000);
  expect(more).toEqual([]);
  expect(first!.ids).toHaveLength(1_000);
  expect(first!.at).toBe(950 + CALM_MS);
});

it('a storm that does not end is told after a bounded time', () => {
  const storm = Array.from({ length: 400 }, (_, n) => ({ at: n * 50, entry: entry(n) }));
  const [first, second] = told(storm, 30_000);
  expect(first).toEqual({ at: WAITS_MS[0], ids: ['i0', 'i1', 'i2'] });
  expect(second!.at).toBe(WAITS_MS[0] + 50 + LONGEST_MS);
});

it('what goes on and on is told a few times a minute, and nothing of it is left out', () => {
  const many = Array.from({ length: 120 }, (_, n) => ({ at: n * 1_000, entry: entry(n) }));
  const sent = told(many, 240_000);
  const within = (from: number) => sent.filter(({ at }) => at >= from && at < from + WITHIN_MS).length;
  for (const { at } of sent) expect(within(at)).toBeLessThanOrEqual(AT_MOST);
  expect(sent.flatMap(({ ids }) => ids)).toHaveLength(120);
});

it('what could not be told does not count as told: it waits no longer for that', () => {
  const batches = new Batches();
  batches.add(entry(1), START);
  let now = START;
  for (let times = 0; times < 20; times += 1) {
    const [batch, ...none] = batches.take((now += WAITS_MS[0]));
    expect(none).toEqual([]);
    batches.putBack(batch!, now);
  }
  expect(batches.take(now + WAITS_MS[0])).toHaveLength(1);
});

it('an incident that changes while it waits is in it once', () => {
  const batches = new Batches();
  batches.add(entry(1), START);
  batches.add(entry(1), START + 50);
  expect(batches.take(START + WAITS_MS[0]).map(({ entries }) => entries.size)).toEqual([1]);
});

it('that something is over waits for nothing that is new, however much was told', () => {
  const news = Array.from({ length: 30 }, (_, n) => ({ at: n * 1_000, entry: entry(n) }));
  const over = { at: 20_000, entry: entry(1, { isUpdate: true }) };
  const sent = told([...news, over], 120_000);
  expect(sent.find(({ at }) => at === 20_000 + WAITS_MS[0])).toEqual({
    at: 20_000 + WAITS_MS[0],
    ids: ['i1'],
  });
});

describe('what belongs together', () => {
  const pairs: [Grouping, Partial<BatchEntry>, number][] = [
    ['related', { hostId: 'h1', ruleId: 'r2' }, 1],
    ['related', { hostId: 'h2', ruleId: 'r1' }, 1],
    ['related', { hostId: 'h2', ruleId: 'r2' }, 2],
    ['host', { hostId: 'h1', ruleId: 'r2' }, 1],
    ['host', { hostId: 'h2', ruleId: 'r1' }, 2],
    ['rule', { hostId: 'h2', ruleId: 'r1' }, 1],
    ['rule', { hostId: 'h1', ruleId: 'r2' }, 2],
    ['all', { hostId: 'h2', ruleId: 'r2' }, 1],
    ['none', { hostId: 'h1', ruleId: 'r1' }, 2],
  ];
  it.each(pairs)('by %s, beside h1 and r1: %o in %i', (grouping, second, messages) => {
    const batches = new Batches();
    batches.add(entry(1, { grouping }), START);
    batches.add(entry(2, { grouping, ...second }), START);
    expect(batches.take(START + WAITS_MS[0])).toHaveLength(messages);
  });
});

it('nothing is lost or told twice, and nothing waits longer than a minute', () => {
  const arrival = fc.record({
    at: fc.integer({ min: 0, max: 600 }).map((n) => n * 50),
    n: fc.integer({ min: 0, max: 40 }),
    host: fc.integer({ min: 0, max: 5 }),
    rule: fc.integer({ min: 0, max: 3 }),
    grouping: fc.constantFrom(...GROUPINGS),
  });
  fc.assert(
    fc.property(fc.uniqueArray(arrival, { selector: ({ n }) => n, maxLength: 41 }), (arrivals) => {
      const entries = arrivals.map(({ at, n, host, rule, grouping }) => ({
        at,
        entry: entry(n, { hostId: `h${host}`, ruleId: `r${rule}`, grouping }),
      }));
      const sent = told(entries, 30_000 + WITHIN_MS + LONGEST_MS);
      expect(sent.flatMap(({ ids }) => ids).sort()).toEqual(
        entries.map((one) => one.entry.incidentId).sort(),
      );
      for (const { at, entry: one } of entries) {
        const when = sent.find(({ ids }) => ids.includes(one.incidentId))!.at;
        expect(when - at).toBeLessThanOrEqual(WITHIN_MS + LONGEST_MS);
        expect(when - at).toBeGreaterThanOrEqual(0);
      }
      expect(STORM_OF).toBeGreaterThan(1);
    }),
    { numRuns: 40 },
  );
});
