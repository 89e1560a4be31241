import type { MaintenanceView, Schedule } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { repeated, scheduleDraft, scheduleOf } from './schedule-draft.js';
import { describeSchedule } from './schedule-text.js';

const now = new Date(2026, 10, 27, 16, 0).getTime();
const weekly: Schedule = {
  ...{ kind: 'weekly', timeZone: 'Europe/Berlin', at: '02:00', durationMinutes: 90 },
  weekdays: ['sun', 'wed', 'sat'],
};
const { weekdays: _, ...rest } = weekly;

describe('describeSchedule', () => {
  it.each<[Schedule, RegExp]>([
    [weekly, /^Every Wednesday, Saturday and Sunday at 02:00 \(Europe\/Berlin\), for 1 h 30 min$/],
    [{ ...rest, kind: 'daily' }, /^Every day at/],
    [{ ...weekly, weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }, /^Every day at/],
    [{ ...rest, kind: 'monthly', day: 22 }, /^On the 22nd of each month/],
    [{ ...rest, kind: 'monthly', day: 13 }, /^On the 13th of each month/],
    [{ ...rest, kind: 'monthly', day: -1 }, /^On the last day of each month/],
    [{ kind: 'once', startsAt: now, endsAt: now + 3_600_000 }, /^From .*00.* until .*00/],
    [{ ...weekly, until: now + 86_400_000 }, /, until tomorrow/],
  ])('%j', (schedule, text) => {
    expect(describeSchedule(schedule, now)).toMatch(text);
  });
});

describe('a draft of a schedule', () => {
  it.each<[Schedule]>([
    [weekly],
    [{ ...rest, kind: 'daily', from: now, until: now + 60_000 }],
    [{ ...rest, kind: 'monthly', day: -1 }],
    [{ kind: 'once', startsAt: now, endsAt: now + 60_000 }],
  ])('comes back as it was: %j', (schedule) => {
    expect(scheduleOf(scheduleDraft(now, schedule))).toEqual(schedule);
  });

  it('leaves out a time that was not given', () => {
    expect(scheduleOf({ ...scheduleDraft(now), endsAt: '' })).toEqual({ kind: 'once', startsAt: now });
  });
});

it('what was once is repeated from now on, as long as it was', () => {
  const over = { schedule: { kind: 'once', startsAt: 5, endsAt: 65 } } as MaintenanceView;
  expect(repeated(over, now).schedule).toEqual({ kind: 'once', startsAt: now, endsAt: now + 60 });
  const ended = { schedule: { ...weekly, until: 7 } } as MaintenanceView;
  expect(repeated(ended, now).schedule).toEqual(weekly);
});
