import type { LiveFrame } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CollectorSet } from '../collectors/collector-set.js';
import { Assembler } from '../frame/assemble.js';
import { monotonic } from '../frame/schedule.js';
import { LiveReport } from './live-report.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function setup() {
  const close = vi.fn();
  const collect = () => ({ cpu: { usage: 1 } });
  const assembler = new Assembler(
    new CollectorSet([{ name: 'cpu', collect, forLive: () => ({ name: 'cpu', collect, close }) }]),
    { monotonic, stamp: () => ({ t: Math.round(monotonic()), skew: undefined }) },
  );
  await assembler.next();
  await vi.advanceTimersByTimeAsync(10_000);
  const sent: LiveFrame[] = [];
  const report = new LiveReport(assembler, (frame) => void sent.push(frame));
  return { assembler, report, sent, close };
}

describe('LiveReport', () => {
  it('reports at once and then each second while somebody watches', async () => {
    const { report, sent } = await setup();
    report.follow(true, 60_000);
    await vi.advanceTimersByTimeAsync(201);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent.length).toBeGreaterThanOrEqual(6);
    expect(sent[0]).toMatchObject({ cpu: { usage: 1 } });
  });

  it('has nothing to add where frames are stored each second', async () => {
    const { report, sent } = await setup();
    report.follow(true, 1_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
    expect(report.active).toBe(false);
  });

  it('ends when nobody watches any more, or stored frames come as often', async () => {
    const { report, sent, close } = await setup();
    for (const [watched, interval] of [
      [false, 60_000],
      [true, 1_000],
    ] as const) {
      report.follow(true, 60_000);
      await vi.advanceTimersByTimeAsync(2_000);
      report.follow(watched, interval);
      const before = sent.length;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(sent).toHaveLength(before);
    }
    expect(close).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not told twice by being asked twice', async () => {
    const { report, sent } = await setup();
    for (let i = 0; i < 3; i++) report.follow(true, 60_000);
    await vi.advanceTimersByTimeAsync(3_001);
    expect(sent.length).toBeLessThanOrEqual(4);
  });

  it('waits for its next second where a stored frame has just gone out', async () => {
    const { assembler, report, sent } = await setup();
    await assembler.next();
    report.follow(true, 60_000);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(sent).toHaveLength(1);
  });
});
