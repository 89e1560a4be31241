import { Columns } from '../columns.js';

/** Since the interface came up; errors and drops of both directions together. */
export interface Counters {
  in: number;
  out: number;
  packetsIn: number;
  packetsOut: number;
  errors: number;
  drops: number;
}

/**
 * Reads `/proc/net/dev`, in the kernel's order.
 *
 * @param isWanted asked for each interface; the columns of the others are passed over
 */
export function parseCounters(dev: string, isWanted: (name: string) => boolean): Map<string, Counters> {
  const counters = new Map<string, Counters>();
  const columns = new Columns(dev);
  if (dev.startsWith('Inter-|')) {
    // Two lines of headings.
    columns.nextLine();
    columns.nextLine();
  }
  do {
    const name = columns.word(':');
    if (name === '' || !isWanted(name)) continue;
    // Eight columns of what came in, then eight of what went out: bytes, packets, errors, drops, …
    const received = columns.number();
    const packetsIn = columns.number();
    const errorsIn = columns.number();
    const dropsIn = columns.number();
    columns.skip(4);
    const out = columns.number();
    const packetsOut = columns.number();
    const errors = errorsIn + columns.number();
    const drops = dropsIn + columns.number();
    if (!Number.isNaN(drops)) counters.set(name, { in: received, out, packetsIn, packetsOut, errors, drops });
  } while (columns.nextLine());
  return counters;
}
