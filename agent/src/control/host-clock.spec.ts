import { describe, expect, it } from 'vitest';
import { memoryLog } from '../../test/test-agent.js';
import { HostClock } from './host-clock.js';

function setup() {
  const { log, lines } = memoryLog();
  const at = { utc: 1_800_000_000_000, boot: 5_000 };
  const clock = new HostClock(log, () => ({ ...at }));
  const pass = (ms: number, set = 0) => {
    at.utc += ms + set;
    at.boot += ms;
    return clock.stamp();
  };
  return { clock, lines, at, pass };
}

describe('HostClock', () => {
  it('tells a step and what comes of it once, and when it is over', () => {
    const { clock, lines, at, pass } = setup();
    clock.measured(at.utc, 0);
    pass(1000);
    pass(1000, 3_600_000);
    for (let second = 0; second < 100; second++) pass(1000);
    expect(clock.skew).toBe(3_600_000);
    pass(1000, -3_600_000);
    pass(1000);
    expect(lines).toEqual([
      "warn: this host's clock was set forward by 3600 s",
      "warn: this host's clock is 3600 s ahead of the hub's: frames carry the hub's time until it is right",
      "warn: this host's clock was set back by 3600 s",
      "info: this host's clock is right again",
    ]);
  });

  it('has nothing to say of a clock that is right, nor of one that no hub has seen', () => {
    const { clock, lines, at, pass } = setup();
    pass(1000);
    expect(clock.skew).toBeUndefined();
    clock.measured(at.utc - 5_000, 20);
    pass(1000);
    expect(clock.skew).toBe(4_990);
    expect(lines).toEqual([]);
  });
});
