import { checkFor, Frame } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pastOf } from './past.mjs';
import { SimulatedHost } from './simulated-host.mjs';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 0, 1);
const check = checkFor(Frame);
const someTime = fc.integer({ min: BEGIN, max: BEGIN + 400 * DAY });
const someHost = fc.record({ number: fc.nat({ max: 5_000 }), seed: fc.nat({ max: 1_000 }) });

describe('SimulatedHost', () => {
  it('reports what a hub takes, at any time', () => {
    fc.assert(
      fc.property(someHost, someTime, fc.constantFrom(50, 1_000, 60_000), ({ number, seed }, t, interval) => {
        const frame = { seq: 0, ...new SimulatedHost(number, seed).frameAt(t, interval) };
        expect(check.accepts(frame) ? undefined : check.fault(frame)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('reports the same for the same time, whatever was asked before', () => {
    fc.assert(
      fc.property(someHost, fc.array(someTime, { minLength: 1 }), ({ number, seed }, times) => {
        const host = new SimulatedHost(number, seed);
        const first = times.map((t) => host.frameAt(t, 1_000));
        const again = [...times].reverse().map((t) => new SimulatedHost(number, seed).frameAt(t, 1_000));
        expect(again.reverse()).toEqual(first);
      }),
    );
  });

  it('is busier by day than at night, has spikes, failures, reboots and gaps', () => {
    const host = new SimulatedHost(0);
    const frames = [...pastOf(host, { from: BEGIN, to: BEGIN + 30 * DAY, intervalMs: 60_000, size: 1_000 })];
    const all = frames.flatMap((run) => run.frames);
    const at = (hour) => all.filter(({ t }) => Math.floor((t / 3_600_000 + host.zone) % 24) === hour);
    const mean = (some) => some.reduce((sum, { cpu }) => sum + cpu.usage, 0) / some.length;
    expect(mean(at(14))).toBeGreaterThan(2 * mean(at(3)));
    expect(all.some(({ cpu }) => cpu.usage > 80)).toBe(true);
    expect(all.some(({ services }) => services.some(({ state }) => state === 'failed'))).toBe(true);
    expect(all.some(({ ssh }) => ssh.window > 100)).toBe(true);
    expect(new Set(frames.map(({ bootId }) => bootId)).size).toBeGreaterThan(1);
    expect(all.length).toBeLessThan(30 * 1_440);
  });
});

describe('pastOf', () => {
  const host = new SimulatedHost(3);

  it('gives each frame of a start a number of its own, which grows with time', () => {
    const last = new Map();
    const wrong = [];
    for (const { bootId, frames } of pastOf(host, {
      from: BEGIN,
      to: BEGIN + 20 * DAY,
      intervalMs: 30_000,
      size: 300,
    })) {
      expect(frames.length).toBeLessThanOrEqual(300);
      for (const { seq } of frames) {
        if (seq <= (last.get(bootId) ?? -1)) wrong.push({ bootId, seq });
        last.set(bootId, seq);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('gives the same frames when it is asked for a part again', () => {
    const between = (from, to) =>
      [...pastOf(host, { from, to, intervalMs: 1_000, whole: true, size: 100 })].flatMap(
        ({ bootId, frames }) => frames.map((frame) => ({ bootId, ...frame })),
      );
    const all = between(BEGIN, BEGIN + 600_000);
    expect(between(BEGIN + 100_500, BEGIN + 200_000)).toEqual(
      all.filter(({ t }) => t >= BEGIN + 100_500 && t < BEGIN + 200_000),
    );
  });

  it('is sparser long ago, unless the whole is asked for', () => {
    const count = (whole) => {
      let frames = 0;
      const options = { from: BEGIN, to: BEGIN + 92 * DAY, intervalMs: 120_000, whole, size: 500 };
      for (const run of pastOf(host, options)) frames += run.frames.length;
      return frames;
    };
    expect(count(true)).toBeGreaterThan(91 * 720);
    // Ninety days by two minutes, two by ten.
    expect(count(false)).toBeLessThan(90 * 720 + 2 * 144 + 1);
  });
});
