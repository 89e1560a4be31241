import { describe, expect, it } from 'vitest';
import { FRAMES_KEPT, HOSTS_KEPT, RecentFrames } from './recent-frames.js';

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

  it('forgets a removed host', () => {
    const recent = new RecentFrames();
    recent.watch('a', frame(1));
    recent.forget('a');
    expect(recent.since('a')).toEqual([]);
  });
});
