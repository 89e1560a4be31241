/** Bytes since the interface came up. */
export interface Counters {
  in: number;
  out: number;
}

/** Reads `/proc/net/dev`: counters by interface, in the kernel's order. */
export function parseCounters(dev: string): Map<string, Counters> {
  const counters = new Map<string, Counters>();
  for (const [, name, values] of dev.matchAll(/^ *([^\s:]+): *(.*)$/gm)) {
    // Eight columns of what came in, then eight of what went out; bytes are the first of each.
    const columns = values!.split(/ +/);
    const reading = { in: Number(columns[0]), out: Number(columns[8]) };
    if (!Number.isNaN(reading.in + reading.out)) counters.set(name!, reading);
  }
  return counters;
}

const WORD = 2 ** 32;

/**
 * By how much a counter went on, or undefined when it was set back (the interface was made anew, its
 * driver loaded again). Some drivers count in 32 bits: from the upper half of that range to the lower
 * half is taken for a wrap.
 */
export function advance(before: number, after: number): number | undefined {
  if (after >= before) return after - before;
  const wrapped = before < WORD && before >= WORD / 2 && after < WORD / 2;
  return wrapped ? after + WORD - before : undefined;
}
