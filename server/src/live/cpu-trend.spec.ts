import { describe, expect, it } from 'vitest';
import { CpuTrend } from './cpu-trend.js';

const START = 1_800_000_000_000;
const at = (seconds: number) => START + seconds * 1000;

describe('CpuTrend', () => {
  it('has nothing to show at first', () => {
    expect(new CpuTrend().values(START)).toEqual(Array(60).fill(null));
  });

  it('shows the average of each ten seconds that are over, the newest last', () => {
    const trend = new CpuTrend();
    for (const [second, usage] of [
      [0, 10],
      [5, 20],
      [10, 50],
      [20, 90],
    ] as const) {
      trend.add(usage, at(second));
    }
    expect(trend.values(at(25)).slice(-3)).toEqual([null, 15, 50]);
  });

  it('says when there is a new average to show', () => {
    const trend = new CpuTrend();
    expect([0, 5, 10, 11, 30].map((second) => trend.add(1, at(second)))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('leaves a hole where nothing came', () => {
    const trend = new CpuTrend();
    trend.add(10, at(0));
    trend.add(20, at(30));
    expect(trend.values(at(40)).slice(-4)).toEqual([10, null, null, 20]);
  });

  it('forgets what is older than ten minutes', () => {
    const trend = new CpuTrend();
    trend.add(10, at(0));
    trend.add(20, at(10));
    expect(trend.values(at(600))).toEqual([10, 20, ...Array(58).fill(null)]);
    expect(trend.values(at(610))).toEqual([20, ...Array(59).fill(null)]);
    expect(trend.values(at(5_000))).toEqual(Array(60).fill(null));
  });

  it('begins anew when the clock is set back', () => {
    const trend = new CpuTrend();
    trend.add(10, at(0));
    trend.add(20, at(10));
    trend.add(30, at(-3600));
    expect(trend.values(at(-3590))).toEqual([...Array(59).fill(null), 30]);
  });
});
