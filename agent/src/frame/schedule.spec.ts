import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monotonic, Schedule } from './schedule.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A schedule whose runs are written down, in ms since the start of the test. */
function recorded(interval: number, { takes = 0, phase = 0 } = {}) {
  const start = monotonic();
  const runs: number[] = [];
  const schedule = new Schedule(
    interval,
    async () => {
      runs.push(Math.round(monotonic() - start));
      if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes));
    },
    () => phase,
  );
  schedule.start();
  return { schedule, runs };
}

describe('Schedule', () => {
  it('ticks on its grid, without drift however long the task takes', async () => {
    const { runs } = recorded(1000, { takes: 400, phase: 0.3 });
    await vi.advanceTimersByTimeAsync(4000);
    expect(runs).toEqual([700, 1700, 2700, 3700]);
  });

  it('skips ticks while the task still runs', async () => {
    const { runs } = recorded(100, { takes: 250 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toEqual([100, 400, 700, 1000]);
  });

  it('does not make up for the ticks of a pause', async () => {
    const { schedule, runs } = recorded(100, { phase: 0.5 });
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(100_000);
    schedule.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toHaveLength(1);
  });

  it('stops when the task that runs has come to its end', async () => {
    let done = false;
    const schedule = new Schedule(100, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      done = true;
    });
    schedule.start();
    await vi.advanceTimersByTimeAsync(110);
    const stopped = schedule.stop();
    await vi.advanceTimersByTimeAsync(50);
    await stopped;
    expect(done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('another interval', () => {
  it('counts from the moment in which it comes', async () => {
    const { schedule, runs } = recorded(1000);
    await vi.advanceTimersByTimeAsync(2500);
    schedule.change(5000);
    await vi.advanceTimersByTimeAsync(10_000);
    schedule.change(500);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toEqual([1000, 2000, 7500, 12_500, 13_000, 13_500]);
  });

  it('that is the same moves nothing', async () => {
    const { schedule, runs } = recorded(1000);
    await vi.advanceTimersByTimeAsync(900);
    schedule.change(1000);
    await vi.advanceTimersByTimeAsync(200);
    expect(runs).toEqual([1000]);
  });

  it('may come before the start', async () => {
    const schedule = new Schedule(60_000, async () => undefined);
    schedule.change(1000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a run out of turn', () => {
  it('comes at once and leaves the grid where it is', async () => {
    const { schedule, runs } = recorded(60_000);
    await vi.advanceTimersByTimeAsync(10_000);
    schedule.soon(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toEqual([10_000, 60_000]);
  });

  it('comes once a second at most, however often it is asked for', async () => {
    const { schedule, runs } = recorded(60_000);
    for (let i = 0; i < 290; i++) {
      schedule.soon(1000);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(runs).toEqual([0, 1000, 2000]);
  });

  it('is not needed where the grid is near', async () => {
    const { schedule, runs } = recorded(1000);
    await vi.advanceTimersByTimeAsync(900);
    schedule.soon(0);
    await vi.advanceTimersByTimeAsync(150);
    expect(runs).toEqual([1000]);
  });

  it('follows the one that runs, which may have looked too early', async () => {
    const { schedule, runs } = recorded(60_000, { takes: 300 });
    schedule.soon(0);
    await vi.advanceTimersByTimeAsync(100);
    schedule.soon(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toEqual([0, 301]);
  });

  it('does not come once it was stopped', async () => {
    const { schedule, runs } = recorded(60_000);
    schedule.soon(0);
    await schedule.stop();
    schedule.soon(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toEqual([]);
  });
});
