import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { parseDiskstats } from './diskstats.js';

describe('parseDiskstats', () => {
  it('reads bytes and the time with something to do', () => {
    const counters = parseDiskstats(fixture('diskstats-server.txt'), () => true);
    expect(counters.get('nvme0n1')).toEqual({
      read: 21_874_562 * 512,
      written: 48_213_376 * 512,
      busy: 412_880,
    });
  });

  it('knows kernels with fewer columns, and leaves out lines that are cut off', () => {
    const counters = parseDiskstats(fixture('diskstats-server.txt'), (name) => name.startsWith('sd'));
    expect(counters.get('sda')).toEqual({ read: 1_310_720 * 512, written: 2_621_440 * 512, busy: 30_720 });
    expect([...counters.keys()]).toEqual(['sda', 'sda1', 'sdb']);
  });

  it('reads what a real kernel gives', () => {
    const counters = parseDiskstats(fixture('diskstats-vm.txt'), (name) => name === 'vda');
    expect([...counters.keys()]).toEqual(['vda']);
    expect(counters.get('vda')!.written).toBeGreaterThan(1e6);
  });

  it('takes an empty file for no devices', () => {
    expect(parseDiskstats('', () => true).size).toBe(0);
  });
});
