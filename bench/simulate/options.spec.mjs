import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './options.mjs';

const NOW = Date.UTC(2026, 10, 26);
const DAY = 86_400_000;

describe('readOptions', () => {
  it('knows what is usual', () => {
    expect(readOptions([], NOW)).toMatchObject({
      hosts: 3,
      intervalMs: 1_000,
      speed: Infinity,
      whole: false,
    });
  });

  it.each([
    [['--from', '-30d'], { from: NOW - 30 * DAY }],
    [['--from=-12h'], { from: NOW - DAY / 2 }],
    [['--from', '2026-11-01T00:00:00Z'], { from: Date.UTC(2026, 10, 1) }],
    [['--speed', '60x'], { speed: 60 }],
    [['--for', '10m'], { forMs: 600_000 }],
    [['--hub', 'http://127.0.0.1:8787/'], { hub: 'http://127.0.0.1:8787' }],
  ])('reads %j', (args, expected) => {
    expect(readOptions(args, NOW)).toMatchObject(expected);
  });

  it.each([
    [['--hosts', '0'], '--hosts'],
    [['--hosts', 'many'], '--hosts'],
    [['--interval', '10'], '--interval'],
    [['--from', '+3d'], '--from'],
    [['--from', '-3y'], '--from'],
    [['--from', '-900d'], '--from'],
    [['--speed', 'fast'], '--speed'],
    [['--for', '10'], '--for'],
    [['--hub', 'tocsin'], '--hub'],
    [['--token', 'x'], '--hub'],
    [['--past-only'], '--from'],
    [['--colour'], '--colour'],
  ])('refuses %j and says how to mend it', (args, words) => {
    expect(() => readOptions(args, NOW)).toThrow(UsageError);
    expect(() => readOptions(args, NOW)).toThrow(words);
  });
});
