import { describe, expect, it } from 'vitest';
import { FRAMES_KEPT, HOSTS_KEPT, RecentFrames, THINGS_OF_ALL, THINGS_OF_HOST } from './recent-frames.js';

const frame = (seq: number) => ({ seq, t: seq * 1000 });

describe('RecentFrames', () => {
  it('keeps nothing of a host that nobody watches', () => {
    const recent = new RecentFrames();
    recent.add('a', frame(1));
    expect(recent.since('a')).toEqual([]);
  });

  it('begins with the newest frame, and goes on with those that follow', () => {
    const recent = new RecentFrames();
    recent.watch('a', frame(1));
    recent.add('a', frame(2));
    recent.watch('a', frame(2));
    expect(recent.since('a')).toEqual([frame(1), frame(2)]);
    expect(recent.since('a', 1000)).toEqual([frame(2)]);
  });

  it('keeps a bounded number of frames of a bounded number of hosts', () => {
    const recent = new RecentFrames();
    recent.watch('first', frame(0));
    recent.watch('a', undefined);
    for (let seq = 0; seq < 2 * FRAMES_KEPT; seq += 1) recent.add('a', frame(seq));
    expect(recent.since('a')).toHaveLength(FRAMES_KEPT);
    expect(recent.since('a').at(-1)).toEqual(frame(2 * FRAMES_KEPT - 1));
    for (let host = 0; host < HOSTS_KEPT - 1; host += 1) recent.watch(`host ${host}`, undefined);
    expect(recent.since('first')).toEqual([]);
    expect(recent.since('a')).not.toEqual([]);
  });

  it('keeps few of frames that name very many things, and the newest always', () => {
    const recent = new RecentFrames();
    const services = Array.from({ length: 500 }, (_, i) => ({ name: `${i}`, state: 'active' as const }));
    const large = (seq: number) => ({ ...frame(seq), services });
    const hosts = (2 * THINGS_OF_ALL) / THINGS_OF_HOST;
    for (let host = 0; host < hosts; host += 1) {
      recent.watch(`${host}`, undefined);
      for (let seq = 0; seq < FRAMES_KEPT; seq += 1) recent.add(`${host}`, large(seq));
    }
    const kept = Array.from({ length: hosts }, (_, host) => recent.since(`${host}`).length);
    expect(kept.at(-1)).toBe(Math.floor(THINGS_OF_HOST / 501));
    expect(recent.since(`${hosts - 1}`).at(-1)!.t).toBe(frame(FRAMES_KEPT - 1).t);
    expect(kept.reduce((sum, count) => sum + count * 501, 0)).toBeLessThanOrEqual(THINGS_OF_ALL);
  });

  it('forgets a removed host', () => {
    const recent = new RecentFrames();
    recent.watch('a', frame(1));
    recent.forget('a');
    expect(recent.since('a')).toEqual([]);
  });
});
