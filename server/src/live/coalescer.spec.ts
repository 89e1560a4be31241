import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COALESCE_MS, Coalescer } from './coalescer.js';

describe('Coalescer', () => {
  const flush = vi.fn();
  let coalescer: Coalescer;
  beforeEach(() => {
    vi.useFakeTimers();
    flush.mockReset();
    coalescer = new Coalescer(flush);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes on the first news at once', () => {
    coalescer.news();
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('gathers what comes within the interval into one', () => {
    for (let i = 0; i < 100; i += 1) coalescer.news();
    vi.advanceTimersByTime(COALESCE_MS - 1);
    expect(flush).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it('rests when there is no news, and then is quick again', () => {
    coalescer.news();
    vi.advanceTimersByTime(10 * COALESCE_MS);
    expect(flush).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    coalescer.news();
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it('never passes on more often than once an interval', () => {
    for (let ms = 0; ms < 4 * COALESCE_MS; ms += 10) {
      coalescer.news();
      vi.advanceTimersByTime(10);
    }
    expect(flush.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it('says nothing more once it is stopped', () => {
    coalescer.news();
    coalescer.news();
    coalescer.stop();
    vi.advanceTimersByTime(COALESCE_MS);
    expect(flush).toHaveBeenCalledTimes(1);
  });
});
