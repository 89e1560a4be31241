// Chance that can be looked up: the same place and time always give the same value, in any order.

/** Mixes whole numbers to one of 32 bits, each by the finaliser of MurmurHash3. */
export function hash(...numbers) {
  let mixed = 0x9747b28c;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ (number | 0), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** From 0 up to 1. */
export const chance = (...numbers) => hash(...numbers) / 2 ** 32;

/** Goes to and fro between 0 and 1 without a jump, to another value each `periodMs`. */
export function noise(seed, t, periodMs) {
  const at = t / periodMs;
  const step = Math.floor(at);
  const share = at - step;
  const eased = share * share * (3 - 2 * share);
  return chance(seed, step) * (1 - eased) + chance(seed, step + 1) * eased;
}

/**
 * Something that happens at most once in each block of time, lasts for a while and is over before its block
 * is: undefined where nothing goes on.
 * @returns {{ since: number, until: number, block: number } | undefined} UTC ms
 */
export function happening(seed, t, { everyMs, odds, leastMs, mostMs }) {
  const block = Math.floor(t / everyMs);
  if (chance(seed, block, 1) >= odds) return undefined;
  const length = Math.round(leastMs + chance(seed, block, 2) * (mostMs - leastMs));
  const since = block * everyMs + Math.floor(chance(seed, block, 3) * (everyMs - length));
  return t >= since && t < since + length ? { since, until: since + length, block } : undefined;
}
