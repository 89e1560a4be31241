import type { InterfaceReading } from '@tocsin/shared';
import { advance } from '../advance.js';
import type { Collected, Collector, Watched } from '../collector.js';
import type { Selection } from '../name-patterns.js';
import { readAgain, type ReadText } from '../read-text.js';
import { parseCounters, type Counters } from './counters.js';
import { WatchedInterfaces } from './watched-interfaces.js';
import { readNature, type NatureOf } from './interfaces.js';

export class NetworkCollector implements Collector {
  readonly name = 'network';
  #before: { at: number; counters: Map<string, Counters> } | undefined;
  readonly #watched: WatchedInterfaces;

  constructor(
    private selection: Selection,
    private readonly read: ReadText = readAgain,
    private readonly natureOf: NatureOf = readNature,
  ) {
    this.#watched = new WatchedInterfaces(selection, natureOf);
  }

  forLive(): NetworkCollector {
    const live = new NetworkCollector(this.selection, this.read, this.natureOf);
    live.#before = this.#before;
    return live;
  }

  reconfigure({ includeInterfaces, excludeInterfaces }: Watched): void {
    this.selection = { include: includeInterfaces, exclude: excludeInterfaces };
    this.#watched.select(this.selection);
  }

  collect(now: number): Collected {
    const counters = this.#count(this.read('/proc/net/dev'));
    const before = this.#before;
    this.#before = { at: now, counters };
    this.#watched.lookAgain(now);
    if (before === undefined || now <= before.at) return {};

    const seconds = (now - before.at) / 1000;
    const interfaces: InterfaceReading[] = [];
    const total = { in: 0, out: 0 };
    for (const [name, after] of counters) {
      const rates = ratesOf(before.counters.get(name), after, seconds);
      if (rates === undefined) continue;
      interfaces.push({ name, ...rates });
      if (!this.#watched.isCounted(name)) continue;
      total.in += rates.in;
      total.out += rates.out;
    }
    return interfaces.length === 0 ? {} : { network: { ...total, interfaces } };
  }

  #count(dev: string): Map<string, Counters> {
    const watched = this.#watched;
    let lines = 0;
    let known = true;
    const counters = parseCounters(dev, (name) => {
      lines++;
      known &&= watched.isKnown(name);
      return watched.has(name);
    });
    if (known && lines === watched.known) return counters;
    const names: string[] = [];
    parseCounters(dev, (name) => (names.push(name), false));
    watched.renew(names);
    return parseCounters(dev, (name) => watched.has(name));
  }
}

function ratesOf(before: Counters | undefined, after: Counters, seconds: number) {
  if (before === undefined) return undefined;
  const received = advance(before.in, after.in);
  const sent = advance(before.out, after.out);
  if (received === undefined || sent === undefined) return undefined;
  // The others are set back together with the bytes, or not at all; tenths are what is stored of them.
  const tenths = (counter: 'packetsIn' | 'packetsOut' | 'errors' | 'drops') =>
    Math.round(((advance(before[counter], after[counter]) ?? 0) / seconds) * 10) / 10;
  return {
    in: Math.round(received / seconds),
    out: Math.round(sent / seconds),
    packetsIn: tenths('packetsIn'),
    packetsOut: tenths('packetsOut'),
    errors: tenths('errors'),
    drops: tenths('drops'),
  };
}
