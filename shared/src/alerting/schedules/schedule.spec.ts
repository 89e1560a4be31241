import { describe, expect, it } from 'vitest';
import { checkFor } from '../../validation.js';
import { overAt, Schedule, scheduleFault } from './schedule.js';

const weekly: Schedule = {
  ...{ kind: 'weekly', timeZone: 'Europe/Berlin', at: '02:00', durationMinutes: 90, weekdays: ['sun'] },
};
const check = checkFor(Schedule);

describe('scheduleFault', () => {
  it.each<[string, Schedule]>([
    ['once', { kind: 'once', startsAt: 1, endsAt: 2 }],
    ['daily', { kind: 'daily', timeZone: 'UTC', at: '00:00', durationMinutes: 1_440 }],
    ['weekly, and only for a while', { ...weekly, from: 1, until: 2 }],
    ['monthly on the last day', { ...weekly, kind: 'monthly', weekdays: undefined, day: -1 }],
  ])('finds nothing wrong with one that is %s', (_, schedule) => {
    expect(check.accepts(JSON.parse(JSON.stringify(schedule)))).toBe(true);
    expect(scheduleFault(schedule)).toBeUndefined();
  });

  it.each<[string, Partial<Schedule>, string]>([
    ['nothing says when it ends', { kind: 'once', startsAt: 1 }, '/endsAt'],
    ['it ends before it begins', { kind: 'once', startsAt: 2, endsAt: 2 }, '/endsAt'],
    ['it is once and much too long', { kind: 'once', startsAt: 0, endsAt: 400 * 86_400_000 }, '/endsAt'],
    [
      'it is once and has a weekday',
      { kind: 'once', startsAt: 1, endsAt: 2, weekdays: ['mon'] },
      '/weekdays',
    ],
    ['it is once and has a validity', { kind: 'once', startsAt: 1, endsAt: 2, until: 3 }, '/until'],
    ['no zone is given', { ...weekly, timeZone: undefined }, '/timeZone'],
    ['the zone is none', { ...weekly, timeZone: 'Mars/Olympus' }, '/timeZone'],
    ['the zone is an offset', { ...weekly, timeZone: '+02:00' }, '/timeZone'],
    ['weekdays are missing', { ...weekly, weekdays: undefined }, '/weekdays'],
    ['the day of the month belongs elsewhere', { ...weekly, day: 3 }, '/day'],
    ['there is no day 0', { ...weekly, kind: 'monthly', weekdays: undefined, day: 0 }, '/day'],
    [
      'it lasts longer than a day, daily',
      { ...weekly, kind: 'daily', weekdays: undefined, durationMinutes: 1_441 },
      '/durationMinutes',
    ],
    ['it is valid for no time at all', { ...weekly, from: 5, until: 5 }, '/until'],
  ])('names the field when %s', (_, schedule, field) => {
    expect(scheduleFault(schedule as Schedule)?.field).toBe(field);
  });

  it.each(['24:00', '7:00', '12:60', 'noon'])('takes no %s for a time of day', (at) => {
    expect(check.accepts({ ...weekly, at })).toBe(false);
    expect(check.fault({ ...weekly, at }).field).toBe('/at');
  });
});

it('a schedule is over at its end, when it has one', () => {
  expect(overAt({ kind: 'once', startsAt: 1, endsAt: 2 })).toBe(2);
  expect(overAt({ ...weekly, until: 7 })).toBe(7);
  expect(overAt(weekly)).toBeUndefined();
});
