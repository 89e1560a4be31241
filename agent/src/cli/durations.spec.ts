import { expect, it } from 'vitest';
import { inWords } from './durations.js';

it.each([
  [-5, '0 s'],
  [430, '0.4 s'],
  [1_000, '1 s'],
  [9_949, '9.9 s'],
  [9_999, '10 s'],
  [59_400, '59 s'],
  [59_700, '1 min'],
  [60_000, '1 min'],
  [185_000, '3 min 5 s'],
  [3_599_900, '60 min'],
  [3_600_000, '1 h'],
  [11_520_000, '3 h 12 min'],
  [86_400_000, '1 d'],
  [97_200_000, '1 d 3 h'],
])('%d ms are %s', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});
