import { SeriesReader, type Frame, type History } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { HostHistory } from './host-history.js';

const wanted = new Set(['cpu.usage', 'disk.usage']);
const frame = (t: number, usage: number, mounts: string[] = ['/']): Frame => ({
  seq: t,
  t,
  cpu: { usage, user: 0, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 },
  disks: mounts.map((mount) => ({ mount, size: 100, used: 50, available: 50 })),
});
const loaded: History = {
  host: 'a',
  from: 0,
  to: 3000,
  step: 1000,
  series: [{ metric: 'cpu.usage', min: [1, 2, 3], avg: [1, 2, 3], max: [1, 2, 3] }],
};

describe('HostHistory', () => {
  it('continues the loaded history with live samples', () => {
    const history = new HostHistory(60_000, 1000, 1000);
    const reader = new SeriesReader();
    history.load([loaded], 3000);
    history.add(3100, reader.read(frame(3100, 4)), wanted);
    expect(history.get('cpu.usage')?.avg.map(({ x, y }) => [x, y])).toEqual([
      [0, 1],
      [1000, 2],
      [2000, 3],
      [3000, 4],
    ]);
    expect(history.newestTime).toBe(3000);
  });

  it('says when a mount appears that was not there before', () => {
    const history = new HostHistory(60_000, 1000, 1000);
    const reader = new SeriesReader();
    expect(history.add(0, reader.read(frame(0, 1)), wanted)).toBe(true);
    expect(history.add(1000, reader.read(frame(1000, 1)), wanted)).toBe(false);
    expect(history.add(2000, reader.read(frame(2000, 1, ['/', '/var'])), wanted)).toBe(true);
    expect(history.instances('disk.usage')).toEqual(['/', '/var']);
  });

  it('keeps only the metrics that the charts want', () => {
    const history = new HostHistory(60_000, 1000, 1000);
    history.add(0, new SeriesReader().read(frame(0, 1)), wanted);
    expect(history.get('cpu.user')).toBeUndefined();
  });

  it('lets go of what has left the span', () => {
    const history = new HostHistory(5_000, 1000, 1000);
    const reader = new SeriesReader();
    for (let t = 0; t <= 20_000; t += 1000) history.add(t, reader.read(frame(t, 1)), wanted);
    expect(history.get('cpu.usage')?.avg[0]?.x).toBe(14_000);
  });

  it('calls a distance a gap by the step or the interval, whichever is longer', () => {
    expect(new HostHistory(60_000, 1000, 60_000).gap).toBe(150_000);
    expect(new HostHistory(60_000, 6_000, 5_000).gap).toBe(15_000);
  });

  it('calls a long step without value a gap, for it holds many', () => {
    expect(new HostHistory(60_000, 60_000, 1_000).gap).toBe(90_000);
  });
});
