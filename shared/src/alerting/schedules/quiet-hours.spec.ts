import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, ZONES } from '../../../test/wall-clock.js';
import { checkFor } from '../../validation.js';
import { SEVERITIES } from '../rule.js';
import { maySend, NO_QUIET_HOURS, quietFor, QuietHours, quietHoursFault } from './quiet-hours.js';
import { type Weekday, WEEKDAYS } from './schedule.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const nights: QuietHours = {
  enabled: true,
  timeZone: 'Europe/Berlin',
  periods: [{ weekdays: [...WEEKDAYS], from: '22:00', to: '07:00' }],
  breakThrough: ['critical'],
};
const at = (iso: string) => Date.parse(iso);
/** `send`, or until when not. */
const decision = (quiet: QuietHours | undefined, iso: string, severity: (typeof SEVERITIES)[number]) => {
  const made = maySend(quiet, severity, at(iso));
  if (made.send) return 'send';
  return made.at === undefined ? 'never' : new Date(made.at).toISOString().slice(0, 16);
};

describe('maySend', () => {
  it.each<[string, string, string]>([
    ['by day', '2026-11-27T12:00Z', 'send'],
    ['just before', '2026-11-27T20:59:59Z', 'send'],
    ['in the evening', '2026-11-27T21:00Z', '2026-11-28T06:00'],
    ['after midnight', '2026-11-28T02:00Z', '2026-11-28T06:00'],
    ['when they end', '2026-11-28T06:00Z', 'send'],
    ['in the night in which clocks go ahead', '2026-03-28T23:00Z', '2026-03-29T05:00'],
    ['in the night in which they go back', '2026-10-24T23:00Z', '2026-10-25T06:00'],
  ])('%s', (_, now, expected) => {
    expect(decision(nights, now, 'warning')).toBe(expected);
    expect(decision(nights, now, 'critical')).toBe('send');
  });

  it('sends when there are none, or they are off', () => {
    const night = '2026-11-28T02:00Z';
    expect(decision(undefined, night, 'info')).toBe('send');
    expect(decision(NO_QUIET_HOURS, night, 'info')).toBe('send');
    expect(decision({ ...nights, enabled: false }, night, 'info')).toBe('send');
  });

  it('takes periods that touch or overlap for one', () => {
    const weekend: Weekday[] = ['sat', 'sun'];
    const quiet = {
      ...nights,
      periods: [...nights.periods, { weekdays: weekend, from: '07:00', to: '23:00' }],
    };
    // From Friday evening until Monday morning.
    expect(decision(quiet, '2026-11-27T22:00Z', 'warning')).toBe('2026-11-30T06:00');
  });

  it('says so when quiet never ends', () => {
    const always = { ...nights, periods: [{ weekdays: [...WEEKDAYS], from: '00:00', to: '00:00' }] };
    expect(decision(always, '2026-11-27T12:00Z', 'warning')).toBe('never');
    const allButAMinute = { ...nights, periods: [{ weekdays: [...WEEKDAYS], from: '00:00', to: '23:59' }] };
    expect(decision(allButAMinute, '2026-11-27T12:00Z', 'warning')).toBe('2026-11-27T22:59');
  });

  it.each(ZONES)('agrees with the clocks of %s in %i', (timeZone, year) => {
    const clock = clockOf(timeZone, year);
    const time = fc
      .integer({ min: 0, max: 1_439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    const periods = fc.array(
      fc.record({ weekdays: fc.subarray([...WEEKDAYS], { minLength: 1 }), from: time, to: time }),
      { minLength: 1, maxLength: 3 },
    );
    const moments = fc.oneof(
      fc.integer({ min: Date.UTC(year, 0, 1), max: Date.UTC(year, 11, 31) }),
      ...clock.changes.map((t) => fc.integer({ min: -DAY, max: DAY }).map((ms) => t + ms)),
    );
    const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

    /** Is it quiet? Each period of each day around, by another way to read clocks. */
    const isQuiet = (all: QuietHours['periods'], t: number): boolean => {
      const today = Math.floor(clock.shown(t) / DAY) * DAY;
      return [-3, -2, -1, 0, 1].some((days) => {
        const day = today + days * DAY;
        const weekday = WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7]!;
        return all.some(({ weekdays, from, to }) => {
          const start = clock.first(day + minutes(from) * MINUTE);
          const end = clock.first(day + (to > from ? 0 : DAY) + minutes(to) * MINUTE);
          return weekdays.includes(weekday) && start <= t && t < end;
        });
      });
    };

    fc.assert(
      fc.property(periods, moments, (all, t) => {
        const made = maySend({ ...nights, timeZone, periods: all }, 'info', t);
        expect(made.send).toBe(!isQuiet(all, t));
        if (made.send || made.at === undefined) return;
        // It is quiet until then, and then it is not.
        expect(made.at).toBeGreaterThan(t);
        expect(isQuiet(all, made.at - 1)).toBe(true);
        expect(isQuiet(all, made.at)).toBe(false);
        expect(isQuiet(all, Math.floor((t + made.at) / 2))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('quietHoursFault', () => {
  it.each<[string, Partial<QuietHours>, string | undefined]>([
    ['those of most people', {}, undefined],
    ['none', NO_QUIET_HOURS, undefined],
    ['a zone that is none', { timeZone: 'Berlin' }, '/timeZone'],
    ['no time at all', { periods: [] }, '/periods'],
  ])('of %s', (_, over, field) => {
    expect(quietHoursFault({ ...nights, ...over })?.field).toBe(field);
  });

  it('a schema knows a time of day', () => {
    const check = checkFor(QuietHours);
    expect(check.accepts(nights)).toBe(true);
    const wrong = { ...nights, periods: [{ ...nights.periods[0], to: '24:00' }] };
    expect(check.fault(wrong).field).toBe('/periods/0/to');
  });
});

describe('several at once', () => {
  const night = at('2026-07-01T23:00:00Z');

  it('wait for the end, and go at once with one that breaks through', () => {
    expect(quietFor(nights, ['warning', 'info'], night)).toBe(at('2026-07-02T05:00:00Z'));
    expect(quietFor(nights, ['warning', 'critical'], night)).toBeUndefined();
    expect(quietFor(nights, ['warning'], at('2026-07-01T12:00:00Z'))).toBeUndefined();
    expect(quietFor(undefined, ['warning'], night)).toBeUndefined();
  });

  it('of quiet that never ends are asked about again', () => {
    const always = { ...nights, periods: [{ weekdays: [...WEEKDAYS], from: '00:00', to: '00:00' }] };
    expect(quietFor(always, ['warning'], night)).toBe(night + 9 * DAY);
  });
});
