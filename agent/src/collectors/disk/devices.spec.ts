import { describe, expect, it } from 'vitest';
import { missing } from '../fixtures/fixture.js';
import type { BlockDevice } from './block-devices.js';
import { DeviceRates } from './devices.js';

const all = { include: [], exclude: [] };
const disk = (kernelName: string, name = kernelName): BlockDevice => ({ kernelName, name, sectors: 1 });
/** A line of `/proc/diskstats`; sectors and ms. */
const line = (name: string, [read, written, busy]: [read: number, written: number, busy: number]) =>
  `   8  0 ${name} 1 0 ${read} 0 1 0 ${written} 0 0 ${busy} 0\n`;
const over = (texts: string[], devices = [disk('sda'), disk('dm-0', 'vg-data')]) =>
  new DeviceRates(
    all,
    () => texts.shift()!,
    () => devices,
  );

describe('DeviceRates', () => {
  it('gives bytes per second and the busy share of the time that has really passed', () => {
    const rates = over([line('sda', [0, 0, 0]), line('sda', [4, 8, 500])]);
    expect(rates.next(1000)).toEqual([]);
    expect(rates.next(3000)).toEqual([{ name: 'sda', read: 1024, write: 2048, busy: 25 }]);
  });

  it('leaves partitions out and calls mapped devices by their names', () => {
    const text = line('sda', [0, 0, 0]) + line('sda1', [0, 0, 0]) + line('dm-0', [0, 0, 0]);
    const rates = over([text, text]);
    rates.next(0);
    expect(rates.next(1000).map(({ name }) => name)).toEqual(['sda', 'vg-data']);
  });

  it('leaves a device out once when it is new or was reset, and never reports a jump', () => {
    const rates = over([
      line('sda', [5e6, 5e6, 100]),
      line('sda', [1, 1, 1]) + line('dm-0', [9e9, 9e9, 9]),
      line('sda', [2, 1, 1]) + line('dm-0', [9e9, 9e9, 9]),
    ]);
    rates.next(0);
    expect(rates.next(1000)).toEqual([]);
    expect(rates.next(2000)).toEqual([
      { name: 'sda', read: 512, write: 0, busy: 0 },
      { name: 'vg-data', read: 0, write: 0, busy: 0 },
    ]);
  });

  it('follows the time with something to do through its wrap after 49 days', () => {
    const rates = over([line('sda', [0, 0, 2 ** 32 - 300]), line('sda', [0, 0, 200])]);
    rates.next(0);
    expect(rates.next(1000)[0]!.busy).toBe(50);
  });

  it('is never busier than all the time', () => {
    const rates = over([line('sda', [0, 0, 0]), line('sda', [0, 0, 1012])]);
    rates.next(0);
    expect(rates.next(1000)[0]!.busy).toBe(100);
  });

  it('says nothing rather than dividing by no time at all', () => {
    const rates = over([line('sda', [0, 0, 0]), line('sda', [9, 9, 9])]);
    rates.next(5);
    expect(rates.next(5)).toEqual([]);
  });

  it('looks for devices again after half a minute, or when others are selected', () => {
    let looks = 0;
    const rates = new DeviceRates(
      all,
      () => '',
      () => (looks++, []),
    );
    for (const now of [0, 1000, 29_000, 30_000]) rates.next(now);
    expect(looks).toBe(2);
    rates.select({ include: [], exclude: ['/dev/sda'] });
    rates.next(31_000);
    expect(looks).toBe(3);
  });

  it('has no data where the kernel tells of no devices', () => {
    expect(new DeviceRates(all, missing, () => missing('/sys/block')).next(0)).toEqual([]);
  });

  it('fails when it may not read', () => {
    const denied = () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    expect(() => new DeviceRates(all, denied, () => []).next(0)).toThrow('EACCES');
  });

  it('counts for a second cadence from the same reading on, and each by itself', () => {
    const rates = over([0, 2, 6, 6].map((sectors) => line('sda', [sectors, 0, 0])));
    rates.next(0);
    const live = rates.forLive();
    expect(live.next(1000)[0]!.read).toBe(1024);
    expect(live.next(2000)[0]!.read).toBe(2048);
    expect(rates.next(3000)[0]!.read).toBe(1024);
  });
});
