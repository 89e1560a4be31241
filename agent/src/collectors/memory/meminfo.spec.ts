import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { parseMeminfo } from './meminfo.js';

describe('parseMeminfo', () => {
  it('reads what a real kernel gives, in bytes', () => {
    const memory = parseMeminfo(fixture('meminfo.txt'));
    expect(memory.total).toBe(24_684_084 * 1024);
    expect(memory.used + memory.available).toBe(memory.total);
    expect(memory.caches).toBe((2480 + 356_208 + 191_828 - 8872) * 1024);
  });

  it('counts caches as available', () => {
    const text =
      'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 700 kB\nBuffers: 50 kB\nCached: 500 kB\n' +
      'SwapCached: 9 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\nShmem: 20 kB\nSReclaimable: 70 kB\n';
    expect(parseMeminfo(text)).toEqual({
      total: 1000 * 1024,
      used: 300 * 1024,
      available: 700 * 1024,
      caches: 600 * 1024,
      swapTotal: 200 * 1024,
      swapUsed: 50 * 1024,
    });
  });

  it('estimates what is available where the kernel does not', () => {
    const text = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n';
    expect(parseMeminfo(text)).toMatchObject({ available: 400 * 1024, swapTotal: 0, swapUsed: 0 });
  });

  it('never has more available than there is, nor fewer caches than none', () => {
    const text = 'MemTotal: 10 kB\nMemAvailable: 20 kB\nCached: 1 kB\nShmem: 5 kB\n';
    expect(parseMeminfo(text)).toMatchObject({ used: 0, caches: 0 });
  });

  it('fails where no total is given', () => {
    expect(() => parseMeminfo('MemFree: 1 kB')).toThrow('/proc/meminfo');
  });
});
