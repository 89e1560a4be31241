import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monotonic, Schedule } from './schedule.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Schedule', () => {
  it('ticks on its grid, without drift however long the task takes', async () => {
    const ticks: number[] = [];
    const schedule = new Schedule(1000, monotonic() - 300, async (now) => {
      ticks.push(now);
      await new Promise((resolve) => setTimeout(resolve, 400));
    });
    const start = monotonic();
    schedule.start();
    await vi.advanceTimersByTimeAsync(4000);
    expect(ticks.map((tick) => Math.round(tick - start))).toEqual([700, 1700, 2700, 3700]);
  });

  it('skips ticks while the task still runs', async () => {
    let runs = 0;
    const schedule = new Schedule(100, monotonic(), async () => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 250));
    });
    schedule.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toBe(4);
  });

  it('does not make up for the ticks of a pause', async () => {
    let runs = 0;
    const schedule = new Schedule(100, monotonic() - 100_050, async () => void runs++);
    schedule.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toBe(1);
  });

  it('stops when the task that runs has come to its end', async () => {
    let done = false;
    const schedule = new Schedule(100, monotonic(), async () => {
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
