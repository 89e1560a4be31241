const WORD = 2 ** 32;

/**
 * By how much a counter of the kernel went on, or undefined when it was set back (the device was made anew,
 * its driver loaded again). Some count in 32 bits: from the upper half of that range to the lower half is
 * taken for a wrap.
 */
export function advance(before: number, after: number): number | undefined {
  if (after >= before) return after - before;
  const wrapped = before < WORD && before >= WORD / 2 && after < WORD / 2;
  return wrapped ? after + WORD - before : undefined;
}
