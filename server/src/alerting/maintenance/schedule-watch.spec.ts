import { activeAt, nextAfter, type Schedule } from '@tocsin/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ScheduleWatch } from './schedule-watch.js';

const START = Date.UTC(2026, 2, 20);
const HOUR = 3_600_000;
const schedules: Schedule[] = [
  { kind: 'once', startsAt: START + 5 * HOUR, endsAt: START + 7 * HOUR },
  { kind: 'daily', timeZone: 'Europe/Berlin', at: '02:30', durationMinutes: 90 },
  { kind: 'daily', timeZone: 'Europe/Berlin', at: '00:00', durationMinutes: 1_440 },
  { kind: 'weekly', timeZone: 'Europe/Berlin', at: '23:00', durationMinutes: 600, weekdays: ['sat', 'sun'] },
  { kind: 'daily', timeZone: 'UTC', at: '12:00', durationMinutes: 60, until: START + 300 * HOUR },
];

it('has nothing on while an occurrence is skipped, and goes on as planned', () => {
  const [, nightly] = schedules;
  const [first, second] = [activeAt(nightly!, START + 2 * HOUR)!, START + 26 * HOUR];
  const watch = new ScheduleWatch(nightly!, first.end);
  expect(watch.at(first.start)).toEqual({ next: activeAt(nightly!, second) });
  expect(watch.at(first.end - 1).current).toBeUndefined();
  expect(watch.at(second).current).toEqual(activeAt(nightly!, second));
  expect(watch.at(first.end - 1).current).toBeUndefined();
});

it.each(schedules)('says what the calendar says, whichever way the clock is set: %j', (schedule) => {
  const moments = fc.array(fc.integer({ min: -24 * HOUR, max: 400 * HOUR }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(moments, (offsets) => {
      const watch = new ScheduleWatch(schedule);
      for (const now of offsets.map((offset) => START + offset)) {
        const { current, next } = watch.at(now);
        const active = activeAt(schedule, now);
        expect(current !== undefined).toBe(active !== undefined);
        if (current === undefined) {
          expect(next).toEqual(nextAfter(schedule, now));
          continue;
        }
        expect(current.start).toBeLessThanOrEqual(now);
        expect(current.end).toBeGreaterThan(now);
        if (next !== undefined) expect(next.start).toBeGreaterThanOrEqual(current.end);
      }
    }),
    { numRuns: 50 },
  );
});
