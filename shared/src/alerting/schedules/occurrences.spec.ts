import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, type WallClock, ZONES } from '../../../test/wall-clock.js';
import { activeAt, nextAfter, type Occurrence, occurrences } from './occurrences.js';
import { LONGEST_MINUTES, type Schedule, scheduleFault, WEEKDAYS } from './schedule.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

const text = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const minutesOf = (at: string) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3));

function between(schedule: Schedule, from: number, to: number): Occurrence[] {
  const all: Occurrence[] = [];
  for (const occurrence of occurrences(schedule, from)) {
    if (occurrence.start >= to) break;
    all.push(occurrence);
  }
  return all;
}

/** Does the schedule say that day? `day` is UTC ms of its midnight in Greenwich. */
function says({ kind, weekdays, day }: Schedule, t: number): boolean {
  const date = new Date(t);
  if (kind === 'daily') return true;
  if (kind === 'weekly') return weekdays!.includes(WEEKDAYS[(date.getUTCDay() + 6) % 7]!);
  return day === -1 ? new Date(t + DAY).getUTCDate() === 1 : date.getUTCDate() === day;
}

/** When it should begin in that year, worked out in another way than the code does. */
function beginnings(schedule: Schedule, clock: WallClock, year: number): number[] {
  const all = new Set<number>();
  for (let day = Date.UTC(year - 1, 11, 5); day < Date.UTC(year + 1, 0, 25); day += DAY) {
    if (says(schedule, day)) all.add(clock.first(day + minutesOf(schedule.at!) * MINUTE));
  }
  const { from = 0, until = Infinity } = schedule;
  return [...all].filter((t) => t >= from && t < until);
}

const schedules = (timeZone: string): fc.Arbitrary<Schedule> =>
  fc
    .record({
      kind: fc.constantFrom('daily', 'weekly', 'monthly' as const),
      at: fc.integer({ min: 0, max: 1_439 }).map(text),
      length: fc.oneof(fc.constantFrom(1, 60, 1_380, 1_439, 1_440), fc.integer({ min: 1, max: 10_080 })),
      weekdays: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      day: fc.constantFrom(-1, 1, 15, 28, 29, 30, 31),
    })
    .map(({ kind, at, length, weekdays, day }) => ({
      ...{ kind, at, timeZone, durationMinutes: Math.min(length, LONGEST_MINUTES[kind]) },
      ...(kind === 'weekly' && { weekdays }),
      ...(kind === 'monthly' && { day }),
    }));

describe.each(ZONES)('in %s, %i', (timeZone, year) => {
  const clock = clockOf(timeZone, year);
  const from = Date.UTC(year, 0, 1);
  const to = Date.UTC(year + 1, 0, 1);
  const moments = fc.oneof(
    fc.integer({ min: from, max: to - 1 }),
    ...clock.changes.map((t) => fc.integer({ min: -2 * DAY, max: 2 * DAY }).map((ms) => t + ms)),
  );

  it('begins once for each day that the schedule says, by the clocks there', () => {
    fc.assert(
      fc.property(schedules(timeZone), (schedule) => {
        expect(scheduleFault(schedule)).toBeUndefined();
        const began = between(schedule, from, to).map(({ start }) => start);
        const should = beginnings(schedule, clock, year).filter((t) => t >= began[0]! && t < to);
        expect(began).toEqual(should);
        expect(should.length).toBeGreaterThanOrEqual(schedule.kind === 'monthly' ? 7 : 52);
      }),
      { numRuns: 60 },
    );
  });

  it('lasts as long as it should in real time, and never into the next one', () => {
    fc.assert(
      fc.property(schedules(timeZone), (schedule) => {
        const all = between(schedule, from, to);
        for (const [i, { start, end }] of all.entries()) {
          const next = all[i + 1]?.start ?? Infinity;
          const full = start + schedule.durationMinutes! * MINUTE;
          if (next !== Infinity || full <= to) expect(end).toBe(Math.min(full, next));
          expect(end).toBeGreaterThan(start);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('begins at each quarter of an hour around a change of the clocks, every day', () => {
    for (const change of clock.changes) {
      for (let quarter = 0; quarter < 96; quarter += 1) {
        const schedule = { kind: 'daily', at: text(quarter * 15), timeZone, durationMinutes: 30 } as const;
        const began = between(schedule, change - 3 * DAY, change + 3 * DAY).map(({ start }) => start);
        const should = beginnings(schedule, clock, year).filter((t) => t >= began[0]! && t <= began.at(-1)!);
        expect(began).toEqual(should);
        for (const start of began) {
          // What it shows is what was asked for, or the first that it shows after leaping over that.
          const shown = (clock.shown(start) / MINUTE) % 1_440;
          if (shown !== quarter * 15) expect(clock.changes).toContain(start);
        }
      }
    }
  });

  it('is active just when one of its occurrences is on', () => {
    fc.assert(
      fc.property(schedules(timeZone), moments, (schedule, t) => {
        const on = between(schedule, t - 10 * DAY, t + 1).find(({ start, end }) => start <= t && t < end);
        const active = activeAt(schedule, t);
        expect(active !== undefined).toBe(on !== undefined);
        if (on === undefined) return;
        expect(active!.start).toBe(on.start);
        expect(active!.end).toBeGreaterThanOrEqual(on.end);
        // Until its end it is on without a gap.
        expect(activeAt(schedule, on.end - 1)).toBeDefined();
        expect(activeAt(schedule, active!.end - 1)).toBeDefined();
      }),
      { numRuns: 120 },
    );
  });

  it('tells the same from wherever one looks', () => {
    fc.assert(
      fc.property(schedules(timeZone), moments, (schedule, t) => {
        const all = between(schedule, t - 20 * DAY, t + 40 * DAY);
        expect(between(schedule, t, t + 40 * DAY)).toEqual(all.filter(({ end }) => end > t));
        const next = all.find(({ start }) => start > t);
        if (next) expect(nextAfter(schedule, t)).toEqual(next);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps to the time for which it is valid', () => {
    fc.assert(
      fc.property(schedules(timeZone), moments, fc.integer({ min: 1, max: 60 * DAY }), (schedule, t, ms) => {
        const valid = { ...schedule, from: t, until: t + ms };
        const all = between(valid, t - 30 * DAY, t + 90 * DAY);
        const unbounded = between(schedule, t, t + ms).filter(({ start }) => start >= t);
        expect(all.map(({ start }) => start)).toEqual(unbounded.map(({ start }) => start));
        for (const { end } of all) expect(end).toBeLessThanOrEqual(t + ms);
        expect(activeAt(valid, t + ms)).toBeUndefined();
        expect(activeAt(valid, t - 1)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a schedule', () => {
  const at = (iso: string) => Date.parse(iso);
  const nightly: Schedule = {
    ...{ kind: 'daily', timeZone: 'Europe/Berlin', at: '02:30', durationMinutes: 120 },
  };
  const inUtc = (schedule: Schedule, from: string, count: number) => {
    const all: string[] = [];
    for (const { start, end } of occurrences(schedule, at(from))) {
      all.push(`${new Date(start).toISOString().slice(0, 16)} ${(end - start) / MINUTE}`);
      if (all.length === count) break;
    }
    return all;
  };

  it('whose time is leapt over in spring begins when the clocks have leapt, and lasts as long as always', () => {
    expect(inUtc(nightly, '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00 120', '2026-03-30T00:30 120']);
  });

  it('whose time comes twice in autumn begins the first time, and lasts as long as always', () => {
    expect(inUtc(nightly, '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30 120', '2026-10-26T01:30 120']);
  });

  it('of a day that was left out begins once', () => {
    const midnight = { ...nightly, timeZone: 'Pacific/Apia', at: '00:00' };
    expect(inUtc(midnight, '2011-12-29T12:00Z', 3)).toEqual([
      '2011-12-30T10:00 120',
      '2011-12-31T10:00 120',
      '2012-01-01T10:00 120',
    ]);
  });

  it('for the 31st leaves out shorter months, and one for the last day has each of them', () => {
    const monthly = { ...nightly, kind: 'monthly', at: '12:00', day: 31, durationMinutes: 1 } as const;
    expect(inUtc(monthly, '2026-01-01T00:00Z', 3).map((one) => one.slice(5, 10))).toEqual([
      ...['01-31', '03-31', '05-31'],
    ]);
    expect(inUtc({ ...monthly, day: -1 }, '2028-02-01T00:00Z', 3).map((one) => one.slice(5, 10))).toEqual([
      ...['02-29', '03-31', '04-30'],
    ]);
  });

  it('of a whole day every day goes on, also over the short day of spring', () => {
    const always = { ...nightly, at: '00:00', durationMinutes: 1_440 };
    const noon = at('2026-03-28T12:00Z');
    expect(activeAt(always, noon)!.end).toBeGreaterThan(noon + 20 * DAY);
  });

  it('that is once is on from its begin until before its end', () => {
    const once: Schedule = { kind: 'once', startsAt: 1_000, endsAt: 2_000 };
    expect([999, 1_000, 1_999, 2_000].map((t) => activeAt(once, t) !== undefined)).toEqual([
      ...[false, true, true, false],
    ]);
  });
});
