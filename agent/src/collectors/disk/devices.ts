import type { DeviceReading } from '@tocsin/shared';
import { advance } from '../advance.js';
import type { Selection } from '../name-patterns.js';
import { isNotThere } from '../not-there.js';
import type { ReadText } from '../read-text.js';
import { listBlockDevices, selectDevices, type BlockDevice } from './block-devices.js';
import { parseDiskstats, type DeviceCounters } from './diskstats.js';

/** A disk may be plugged in or out, and a card reader get a card: look again this often, in ms. */
const LOOK_AGAIN_MS = 30_000;

/** How busy the block devices are, from one reading to the next. */
export class DeviceRates {
  #before: { at: number; counters: Map<string, DeviceCounters> } | undefined;
  #lookedAt = -Infinity;
  /** By the kernel's name. */
  #names = new Map<string, string>();

  constructor(
    private selection: Selection,
    private readonly read: ReadText,
    private readonly list: (selection: Selection, read: ReadText) => BlockDevice[] = listBlockDevices,
  ) {}

  /** Another one that counts from the same reading on. */
  forLive(): DeviceRates {
    const live = new DeviceRates(this.selection, this.read, this.list);
    live.#before = this.#before;
    return live;
  }

  /** From the next reading on. */
  select(selection: Selection): void {
    this.selection = selection;
    this.#lookedAt = -Infinity;
  }

  /** Nothing of a device that is new or was reset, nor at the first reading. */
  next(now: number): DeviceReading[] {
    const before = this.#before;
    this.#look(now);
    const counters = this.#count();
    this.#before = { at: now, counters };
    if (before === undefined || now <= before.at) return [];
    const readings: DeviceReading[] = [];
    for (const [kernelName, after] of counters) {
      const rates = ratesOf(before.counters.get(kernelName), after, now - before.at);
      if (rates) readings.push({ name: this.#names.get(kernelName)!, ...rates });
    }
    return readings;
  }

  #count(): Map<string, DeviceCounters> {
    try {
      return parseDiskstats(this.read('/proc/diskstats'), (name) => this.#names.has(name));
    } catch (error) {
      if (isNotThere(error)) return new Map();
      throw error;
    }
  }

  #look(now: number): void {
    if (now - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#lookedAt = now;
    try {
      this.#names = selectDevices(this.list(this.selection, this.read), this.selection);
    } catch (error) {
      // A container may have no /sys.
      if (!isNotThere(error)) throw error;
      this.#names = new Map();
    }
  }
}

/** @param elapsed ms */
function ratesOf(before: DeviceCounters | undefined, after: DeviceCounters, elapsed: number) {
  if (before === undefined) return undefined;
  const read = advance(before.read, after.read);
  const written = advance(before.written, after.written);
  const busy = advance(before.busy, after.busy);
  if (read === undefined || written === undefined || busy === undefined) return undefined;
  return {
    read: Math.round((read / elapsed) * 1000),
    write: Math.round((written / elapsed) * 1000),
    // Tenths. The kernel rounds to its own ticks, which may be a little more than the time that has passed.
    busy: Math.min(100, Math.round((busy / elapsed) * 1000) / 10),
  };
}
