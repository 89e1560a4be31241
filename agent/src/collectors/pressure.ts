import type { PressureReading } from '@tocsin/shared';
import type { Collected, Collector } from './collector.js';
import { isNotThere } from './not-there.js';
import { readAgain, type ReadText } from './read-text.js';

/** For how long tasks have waited since the host was started, in µs. */
export interface Waited {
  some: number;
  full?: number;
}

/** Reads `/proc/pressure/…`. @throws when it does not say how long tasks have waited */
export function parsePressure(pressure: string): Waited {
  const some = totalOf(pressure, 'some ');
  if (some === undefined) throw new Error('/proc/pressure does not say how long tasks have waited');
  const full = totalOf(pressure, 'full ');
  return full === undefined ? { some } : { some, full };
}

function totalOf(pressure: string, line: string): number | undefined {
  const at = pressure.indexOf('total=', pressure.indexOf(line));
  const total = pressure.includes(line) && at >= 0 ? parseInt(pressure.slice(at + 'total='.length), 10) : NaN;
  return Number.isNaN(total) ? undefined : total;
}

/** @param elapsed µs @returns percent, in hundredths */
function share(before: number, after: number, elapsed: number): number {
  return Math.min(100, Math.max(0, Math.round(((after - before) / elapsed) * 10_000) / 100));
}

const RESOURCES = ['cpu', 'memory', 'io'] as const;

export class PressureCollector implements Collector {
  readonly name = 'pressure';
  readonly #before: Map<string, { at: number; waited: Waited }>;
  /** What this kernel tells of. It either does so from its start on or never. */
  #told: readonly (typeof RESOURCES)[number][] = RESOURCES;

  constructor(
    private readonly read: ReadText = readAgain,
    before: ReadonlyMap<string, { at: number; waited: Waited }> = new Map(),
  ) {
    this.#before = new Map(before);
  }

  forLive(): PressureCollector {
    return new PressureCollector(this.read, this.#before);
  }

  collect(now: number): Collected {
    const pressure: PressureReading = {};
    for (const resource of this.#told) {
      const waited = this.#read(resource);
      if (waited === undefined) continue;
      const before = this.#before.get(resource);
      this.#before.set(resource, { at: now, waited });
      if (before === undefined || now <= before.at) continue;
      const elapsed = (now - before.at) * 1000;
      const some = share(before.waited.some, waited.some, elapsed);
      const { full } = waited;
      // For all tasks at once the host's processors are never too few: the kernel gives zeros there.
      if (resource === 'cpu' || full === undefined) pressure[resource] = { some };
      else pressure[resource] = { some, full: share(before.waited.full ?? full, full, elapsed) };
    }
    return Object.keys(pressure).length === 0 ? {} : { pressure };
  }

  #read(resource: (typeof RESOURCES)[number]): Waited | undefined {
    try {
      return parsePressure(this.read(`/proc/pressure/${resource}`));
    } catch (error) {
      if (!isNotThere(error)) throw error;
      this.#told = this.#told.filter((other) => other !== resource);
      return undefined;
    }
  }
}
