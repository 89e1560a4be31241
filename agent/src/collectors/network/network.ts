import type { InterfaceReading } from '@tocsin/shared';
import type { Collected, Collector, Watched } from '../collector.js';
import type { Selection } from '../name-patterns.js';
import { readText, type ReadText } from '../read-text.js';
import { advance, parseCounters, type Counters } from './counters.js';
import { readNature, selectInterfaces, type InterfaceNature, type WatchedInterface } from './interfaces.js';

/** An interface may be put into a bond while its name stays: look again this often, in ms. */
const LOOK_AGAIN_MS = 30_000;

export class NetworkCollector implements Collector {
  readonly name = 'network';
  #before: { at: number; counters: Map<string, Counters> } | undefined;
  #names = '';
  #lookedAt = -Infinity;
  #watched: WatchedInterface[] = [];

  constructor(
    private selection: Selection,
    private readonly read: ReadText = readText,
    private readonly natureOf: (name: string, read: ReadText) => InterfaceNature = readNature,
  ) {}

  forLive(): NetworkCollector {
    const live = new NetworkCollector(this.selection, this.read, this.natureOf);
    live.#before = this.#before;
    return live;
  }

  reconfigure({ includeInterfaces, excludeInterfaces }: Watched): void {
    this.selection = { include: includeInterfaces, exclude: excludeInterfaces };
    this.#lookedAt = -Infinity;
  }

  collect(now: number): Collected {
    const counters = parseCounters(this.read('/proc/net/dev'));
    const before = this.#before;
    this.#before = { at: now, counters };
    this.#look([...counters.keys()], now);
    if (before === undefined || now <= before.at || this.#watched.length === 0) return {};

    const seconds = (now - before.at) / 1000;
    const interfaces: InterfaceReading[] = [];
    const total = { in: 0, out: 0 };
    for (const { name, counted } of this.#watched) {
      const rates = ratesOf(before.counters.get(name), counters.get(name), seconds);
      if (rates === undefined) continue;
      interfaces.push({ name, ...rates });
      if (!counted) continue;
      total.in += rates.in;
      total.out += rates.out;
    }
    return interfaces.length === 0 ? {} : { network: { ...total, interfaces } };
  }

  #look(names: string[], now: number): void {
    const key = names.join(' ');
    if (key === this.#names && now - this.#lookedAt < LOOK_AGAIN_MS) return;
    const natures: InterfaceNature[] = [];
    for (const name of names) {
      try {
        natures.push(this.natureOf(name, this.read));
      } catch {
        // It went away between the two readings; the list of names says so the next time.
      }
    }
    this.#watched = selectInterfaces(natures, this.selection);
    this.#names = key;
    this.#lookedAt = now;
  }
}

function ratesOf(before: Counters | undefined, after: Counters | undefined, seconds: number) {
  if (before === undefined || after === undefined) return undefined;
  const received = advance(before.in, after.in);
  const sent = advance(before.out, after.out);
  return received === undefined || sent === undefined
    ? undefined
    : { in: Math.round(received / seconds), out: Math.round(sent / seconds) };
}
