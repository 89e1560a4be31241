import { describe, expect, it } from 'vitest';
import { fixture } from './fixtures/fixture.js';
import { MemoryCollector, parseMemory } from './memory.js';

describe('parseMemory', () => {
  it('reads what a real kernel gives, in bytes', () => {
    const memory = parseMemory(fixture('meminfo.txt'));
    expect(memory.total).toBeGreaterThan(2 ** 30);
    expect(memory.used + memory.available).toBe(memory.total);
  });

  it('counts caches as available', () => {
    const text =
      'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 700 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\n';
    expect(parseMemory(text)).toEqual({
      total: 1000 * 1024,
      used: 300 * 1024,
      available: 700 * 1024,
      swapTotal: 200 * 1024,
      swapUsed: 50 * 1024,
    });
  });

  it('estimates what is available where the kernel does not', () => {
    const text = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n';
    expect(parseMemory(text)).toMatchObject({ available: 400 * 1024, swapTotal: 0, swapUsed: 0 });
  });

  it('never has more available than there is', () => {
    expect(parseMemory('MemTotal: 10 kB\nMemAvailable: 20 kB\n')).toMatchObject({ used: 0 });
  });

  it('fails where no total is given', () => {
    expect(() => parseMemory('MemFree: 1 kB')).toThrow('/proc/meminfo');
  });
});

describe('MemoryCollector', () => {
  it('reads /proc/meminfo', () => {
    const paths: string[] = [];
    const collector = new MemoryCollector((path) => (paths.push(path), fixture('meminfo.txt')));
    expect(collector.collect().ram).toBeDefined();
    expect(paths).toEqual(['/proc/meminfo']);
  });
});
