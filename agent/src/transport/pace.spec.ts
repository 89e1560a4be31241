import { LIMITS } from '@tocsin/shared/limits';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

const answered = (pace: Pace, took: number, times = 20) => {
  for (let i = 0; i < times; i++) pace.answered(took);
  return pace.limits.bytes;
};

describe('Pace', () => {
  it('begins with what a slow line carries, grows while answers are quick, and never beyond a quarter of a message', () => {
    const pace = new Pace();
    expect(pace.limits).toEqual({ frames: 500, bytes: 32 * 1024 });
    expect(answered(pace, 600, 1)).toBe(48 * 1024);
    expect(answered(pace, 600)).toBe(LIMITS.messageBytes / 4);
  });

  it('shrinks while answers are slow, and stays where it is right', () => {
    const pace = new Pace();
    expect(answered(pace, 2000, 1)).toBe(16 * 1024);
    expect(answered(pace, 1000)).toBe(16 * 1024);
    expect(answered(pace, 2000)).toBe(8 * 1024);
  });

  it.each([16, 64, 256, 2048])('keeps live frames within a second on a line of %i KB a second', (line) => {
    const pace = new Pace();
    const delays: number[] = [];
    for (let i = 0; i < 40; i++) {
      const onTheLine = (1000 * pace.limits.bytes) / (line * 1024);
      delays.push(onTheLine);
      // The hub writes every half second what came.
      pace.answered(onTheLine + 100 + 500 * ((i % 5) / 5));
    }
    expect(Math.max(...delays.slice(5))).toBeLessThanOrEqual(1000);
  });

  it('stays below the rate that the hub allows', () => {
    const pace = new Pace();
    let [now, frames] = [0, 0];
    while (now < 10_000) {
      pace.sent(500, now);
      frames += 500;
      now += pace.wait(now);
    }
    expect(frames / 10).toBeLessThan(LIMITS.backlogPerSecond);
    expect(frames / 10).toBeGreaterThan(LIMITS.backlogPerSecond / 2);
  });
});
