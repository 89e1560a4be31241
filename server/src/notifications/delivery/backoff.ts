/** How long is waited before each next try, in ms: the first quickly, since most faults are over soon. */
const FIRST_MS = 1_000;
const LONGEST_MS = 900_000;
/** After so long, in ms, a message is no news any more, and it is given up. */
export const GIVEN_UP_AFTER_MS = 6 * 3_600_000;

/**
 * When to try again what failed for the `attempts`-th time; undefined when it is given up.
 * Full jitter above a half, so that what failed together does not come back together.
 * @param random 0 to 1
 * @param retryAfterMs what the other side asked for
 */
export function nextAttempt(
  { attempts, dueAt, now }: { attempts: number; dueAt: number; now: number },
  random: number,
  retryAfterMs = 0,
): number | undefined {
  const delay = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS) * (0.5 + random / 2);
  const at = now + Math.max(delay, retryAfterMs);
  return at - dueAt > GIVEN_UP_AFTER_MS ? undefined : Math.ceil(at);
}
