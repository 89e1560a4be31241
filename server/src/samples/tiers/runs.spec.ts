import { describe, expect, it } from 'vitest';
import { runsOf } from './runs.js';

const runs = (from: number, to: number, ...stale: number[]) =>
  runsOf({ from, to }, 10, new Set(stale)).map((run) => [run.from, run.to, run.stale ? 'stale' : 'fresh']);

describe('runsOf', () => {
  it.each<[string, ReturnType<typeof runs>, (number | string)[][]]>([
    ['nothing is stale', runs(0, 50), [[0, 50, 'fresh']]],
    [
      'the end is',
      runs(0, 50, 40),
      [
        [0, 40, 'fresh'],
        [40, 50, 'stale'],
      ],
    ],
    [
      'the beginning is',
      runs(0, 50, 0),
      [
        [0, 10, 'stale'],
        [10, 50, 'fresh'],
      ],
    ],
    [
      'neighbours are',
      runs(0, 50, 20, 10),
      [
        [0, 10, 'fresh'],
        [10, 30, 'stale'],
        [30, 50, 'fresh'],
      ],
    ],
    ['all is', runs(0, 20, 0, 10), [[0, 20, 'stale']]],
    ['what lies outside is', runs(20, 40, 10, 40, 60), [[20, 40, 'fresh']]],
  ])('divides a span of which %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
