import { LIMITS } from '@tocsin/shared/limits';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

const answered = (pace: Pace, took: number, times = 20) => {
  for (let i = 0; i < times; i++) pace.answered(took, 0);
  return pace.limits.bytes;
};

describe('Pace', () => {
  it('begins with what a slow line carries, grows while answers are quick, and never beyond what an agent can send in passing', () => {
    const pace = new Pace();
    expect(pace.limits).toEqual({ frames: 500, bytes: 8 * 1024 });
    expect(answered(pace, 400, 1)).toBe(12 * 1024);
    expect(answered(pace, 400)).toBe(64 * 1024);
  });

  it('shrinks while answers are slow, and stays where it is right', () => {
    const pace = new Pace();
    answered(pace, 400, 2);
    expect(answered(pace, 2000, 1)).toBe(9 * 1024);
    expect(answered(pace, 1000)).toBe(9 * 1024);
    expect(answered(pace, 2000)).toBe(4 * 1024);
  });

  it.each([16, 64, 256, 2048])('keeps live frames within a second on a line of %i KB a second', (line) => {
    let moment = 0;
    const pace = new Pace(() => (moment = (moment + 0.618) % 1));
    let now = 0;
    let delay = 0;
    for (let i = 0; i < 100; i++) {
      const onTheLine = (1000 * pace.limits.bytes) / (line * 1024);
      delay = Math.max(delay, onTheLine);
      pace.sent(100, now);
      // The hub writes every half second what came, and needs 50 ms for it.
      const answeredAt = Math.ceil((now + onTheLine) / 500) * 500 + 50;
      pace.answered(answeredAt - now, answeredAt);
      now = answeredAt + pace.wait(answeredAt);
    }
    expect(delay).toBeLessThanOrEqual(700);
    // And uses the line.
    expect(pace.limits.bytes).toBeGreaterThan(Math.min(60_000, 0.2 * line * 1024));
  });

  it('goes back to large batches after it has looked for a fault in small ones', () => {
    const pace = new Pace();
    pace.narrow(3);
    expect(pace.limits.frames).toBe(1);
    answered(pace, 0, 3);
    expect(pace.limits.frames).toBe(8);
    answered(pace, 0);
    expect(pace.limits.frames).toBe(LIMITS.batchFrames);
    pace.unanswered();
    answered(pace, 0);
    expect(pace.limits.frames).toBe(100);
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
