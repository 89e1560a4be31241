import { randomInt } from 'node:crypto';

/** Random numbers from 0 to 1 that come again with the same seed (mulberry32). */
export function seededRandom(given?: string): { seed: number; random: () => number } {
  const seed = given ? Number(given) : randomInt(2 ** 31);
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, random };
}
