import { describe, expect, it } from 'vitest';
import { BOOT, hostId, TENANT } from '../../test/samples.js';
import { MINUTE_BYTES, MINUTE_SERIES, OpenMinutes } from './open-minutes.js';
import { layoutOf, storedSeries } from './packing/stored-layout.js';

const MINUTE = 60_000;
const sample = (seq: number, t: number) => ({ bootId: BOOT, seq, t, layout: layoutOf([]), steps: [] });

function opened(seq = 0, t = 0, now = t, group = 1) {
  const minutes = new OpenMinutes();
  const minute = minutes.at(TENANT, hostId(0), t, now);
  minute.add(sample(seq, t), group, now);
  return { minutes, minute };
}

describe('OpenMinutes', () => {
  it('gathers the frames of a host and a minute in one place', () => {
    const { minutes, minute } = opened();
    expect(minutes.at(TENANT, hostId(0), MINUTE - 1, 0)).toBe(minute);
    expect(minutes.at(TENANT, hostId(0), MINUTE, 0)).not.toBe(minute);
    expect(minutes.at(TENANT, hostId(1), 0, 0)).not.toBe(minute);
  });

  it('knows a frame again, whichever order the frames came in', () => {
    const { minute } = opened(5);
    minute.add(sample(3, 0), 1, 0);
    expect([2, 3, 4, 5, 6].map((seq) => minute.has(BOOT, seq))).toEqual([false, true, false, true, false]);
    expect(minute.has('f'.repeat(16), 5)).toBe(false);
  });

  it('has an end to how many different series it takes, so that it can be stored', () => {
    const named = (from: number, count: number) =>
      layoutOf(Array.from({ length: count }, (_, i) => storedSeries('disk.used', `/${from + i}`, 1)));
    const { minute } = opened();
    const first = named(0, MINUTE_SERIES - 10);
    expect(minute.fits(first)).toBe(true);
    minute.add({ ...sample(1, 0), layout: first }, 1, 0);
    expect(minute.fits(named(MINUTE_SERIES, 10))).toBe(true);
    expect(minute.fits(named(MINUTE_SERIES, 11))).toBe(false);
    expect(minute.fits(first)).toBe(true);
    for (let seq = 2; minute.fits(first); seq += 1) minute.add({ ...sample(seq, 0), layout: first }, 1, 0);
    expect(minute.samples.length * (MINUTE_SERIES - 10) * 8).toBeLessThanOrEqual(MINUTE_BYTES);
    expect(minute.samples.length).toBeGreaterThan(60);
  });

  it('counts names by the bytes that they take in writing', () => {
    const dark = layoutOf(
      Array.from({ length: 11_000 }, (_, i) => storedSeries('disk.used', `${'\u0001'.repeat(240)}${i}`, 1)),
    );
    expect(opened().minute.fits(dark)).toBe(false);
  });

  it('counts the minutes of a backlog, of a host and of all, until they are written or their host is gone', () => {
    const minutes = new OpenMinutes();
    const now = 100 * MINUTE;
    for (const host of [0, 1]) {
      for (let n = 0; n < 3; n += 1) minutes.at(TENANT, hostId(host), n * MINUTE, now);
      minutes.at(TENANT, hostId(host), now - MINUTE, now);
    }
    minutes.at(TENANT, hostId(0), 0, now);
    expect(minutes.late(hostId(0))).toEqual({ ofHost: 3, ofAll: 6 });
    minutes.end(({ minute }) => minute === 0);
    expect(minutes.late(hostId(0))).toEqual({ ofHost: 3, ofAll: 6 });
    const over = minutes.next(10);
    for (const minute of [...over, ...over]) minutes.written(minute);
    expect(minutes.late(hostId(0))).toEqual({ ofHost: 2, ofAll: 4 });
    minutes.forget(hostId(0));
    expect(minutes.late(hostId(1))).toEqual({ ofHost: 2, ofAll: 2 });
    expect(minutes.late(hostId(0)).ofHost).toBe(0);
  });

  it('keeps a minute open for late frames, and a backlog’s minute for its others', () => {
    const { minute } = opened();
    expect(minute.isOver(MINUTE + 4_999)).toBe(false);
    expect(minute.isOver(MINUTE + 5_000)).toBe(true);
    const backlog = opened(0, 0, 100 * MINUTE).minute;
    expect(backlog.isOver(100 * MINUTE + 1_999)).toBe(false);
    expect(backlog.isOver(100 * MINUTE + 2_000)).toBe(true);
  });

  it('ends the minutes of many hosts at different moments', () => {
    const minutes = new OpenMinutes();
    const all = Array.from({ length: 1_000 }, (_, n) => minutes.at(TENANT, hostId(n * 16), 0, 0));
    const over = (now: number) => all.filter((minute) => minute.isOver(now)).length;
    expect(over(MINUTE + 5_000)).toBeLessThan(100);
    expect(over(MINUTE + 25_000)).toBe(1_000);
  });

  it('ends a minute that gets frames for ever', () => {
    const { minute } = opened();
    for (let now = 0; now < 10 * MINUTE; now += 1_000) minute.add(sample(now, 0), 1, now);
    expect(minute.isOver(10 * MINUTE)).toBe(true);
  });

  it('opens an ended minute anew for a late frame, and shows both until they are written', () => {
    const { minutes, minute } = opened();
    minutes.end(() => true);
    expect(minutes.next(10)).toEqual([minute]);
    const again = minutes.at(TENANT, hostId(0), 0, 0);
    expect(again).not.toBe(minute);
    expect(minutes.of(hostId(0), 0, MINUTE)).toEqual([minute, again]);
    minutes.written(minute);
    expect(minutes.of(hostId(0), 0, MINUTE)).toEqual([again]);
  });

  it('names the earliest journal group that is still needed', () => {
    const { minutes, minute } = opened(0, 0, 0, 7);
    minutes.at(TENANT, hostId(1), 0, 0).add(sample(1, 0), 9, 0);
    expect(minutes.earliestGroup()).toBe(7);
    minutes.end((one) => one === minute);
    expect(minutes.earliestGroup()).toBe(7);
    minutes.written(minute);
    expect(minutes.earliestGroup()).toBe(9);
  });

  it('hands out no more minutes at once than asked for', () => {
    const { minutes } = opened();
    minutes.at(TENANT, hostId(1), 0, 0);
    minutes.end(() => true);
    expect(minutes.next(1)).toHaveLength(1);
    expect(minutes.waiting).toBe(2);
  });

  it('shows only the minutes that touch the asked time', () => {
    const { minutes } = opened(0, MINUTE);
    expect(minutes.of(hostId(0), 0, MINUTE)).toEqual([]);
    expect(minutes.of(hostId(0), 2 * MINUTE, 3 * MINUTE)).toEqual([]);
    expect(minutes.of(hostId(0), MINUTE + 30_000, MINUTE + 31_000)).toHaveLength(1);
  });
});
