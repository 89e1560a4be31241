import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedTimes, SILENCE_LIMITS, silenceFault, silences, silenceState } from './silence.js';

const id = (digit: string) => digit.repeat(24);
const matchers = { hostIds: [id('a')] };
const incident = {
  ...{ hostId: id('a'), ruleId: id('1'), metric: 'cpu.usage', severity: 'warning' as const },
};
const NOW = Date.UTC(2026, 10, 27);
const HOUR = 3_600_000;
const times = fc
  .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }))
  .map(([begin, length]) => ({ startsAt: NOW + begin, endsAt: NOW + begin + length }));
const around = fc.integer({ min: -250, max: 250 }).map((ms) => NOW + ms);

describe('a silence', () => {
  it('holds from its begin until before its end, and only what fits', () => {
    fc.assert(
      fc.property(times, around, (span, t) => {
        const within = span.startsAt <= t && t < span.endsAt;
        expect(silences({ ...span, matchers }, incident, [], t)).toBe(within);
        expect(silences({ ...span, matchers }, { ...incident, hostId: id('b') }, [], t)).toBe(false);
        expect(silenceState(span, t) === 'active').toBe(within);
      }),
    );
  });

  it('goes from scheduled to active to expired and never back', () => {
    const order = ['scheduled', 'active', 'expired'];
    fc.assert(
      fc.property(times, around, around, (span, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)].map((t) =>
          order.indexOf(silenceState(span, t)),
        );
        expect(first).toBeLessThanOrEqual(second!);
      }),
    );
  });

  it('that is ended is over at once and for good, and was on no longer than before', () => {
    fc.assert(
      fc.property(times, around, around, (span, now, t) => {
        const ended = endedTimes(span, now);
        expect(silenceState(ended, now)).toBe('expired');
        const was = silences({ ...span, matchers }, incident, [], t);
        expect(silences({ ...ended, matchers }, incident, [], t)).toBe(was && t < now);
      }),
    );
  });
});

describe('silenceFault', () => {
  const YEAR = SILENCE_LIMITS.spanMs;
  it.each([
    ['an hour from now on', NOW, NOW + HOUR, undefined],
    ['no time at all', NOW + HOUR, NOW + HOUR, '/endsAt'],
    ['the past', NOW - HOUR, NOW, '/endsAt'],
    ['a year', NOW, NOW + YEAR, undefined],
    ['more than a year', NOW, NOW + YEAR + 1, '/endsAt'],
    ['some hour in two years', NOW + 2 * YEAR, NOW + 2 * YEAR + HOUR, '/startsAt'],
    ['one that began half a year ago and is made longer', NOW - YEAR / 2, NOW + YEAR, undefined],
  ])('of %s', (_, startsAt, endsAt, field) => {
    expect(silenceFault({ matchers, startsAt, endsAt }, NOW)?.field).toBe(field);
  });

  it('wants to know what is to be silent', () => {
    expect(silenceFault({ matchers: {}, startsAt: NOW, endsAt: NOW + HOUR }, NOW)?.field).toBe('/matchers');
  });
});
