import type { StoredSample } from './packing/minute-columns.js';
import type { StoredLayout } from './packing/stored-layout.js';

export const MINUTE_MS = 60_000;
/** How long after its end, in ms, a minute waits for late frames. */
const GRACE_MS = 5_000;
/** How long after its last frame a minute of a backlog waits for its others, in ms: for the next batch. */
const LATE_GRACE_MS = 2_000;
/** Hosts end their minutes spread over this time, in ms, so that the hub does not stand still. */
const SPREAD_MS = 20_000;
/** A minute that is opened so long after its end, in ms, is one of a backlog. */
const LATE_AFTER_MS = 2 * MINUTE_MS;
/** A minute older than this, in ms, is written even though frames for it keep coming. */
const OPEN_AT_MOST_MS = 10 * MINUTE_MS;

/**
 * What one minute of one host may take in MongoDB, in bytes. A document has up to 16 MiB there, so an agent
 * which reports ever new names cannot make one that is refused, nor fill the memory. The largest frame that
 * the protocol allows, sixty times, stays below it, also when each names twenty other SSH addresses.
 */
export const MINUTE_BYTES = 16_000_000;
/** Different series of a minute: the largest frame has 14,555, and up to 3,540 more name SSH addresses. */
export const MINUTE_SERIES = 20_000;
/** The most that a value takes: a change of up to 2^50 either way, seven bits to the byte. */
const VALUE_BYTES = 8;
/** Of a series beside its values and its name: roll-up, resolution in writing, lengths. */
const SERIES_BYTES = 50;
/** Number, time and boot of a sample, counted in values. */
const SAMPLE_VALUES = 3;

/** What there is of a minute. `nameBytes` are those of the names of all series, as they are written. */
export interface MinuteSize {
  series: number;
  samples: number;
  nameBytes: number;
}

/** Whether so much is within the bounds of a minute. */
export const fitsInMinute = ({ series, samples, nameBytes }: MinuteSize): boolean =>
  series <= MINUTE_SERIES &&
  nameBytes + series * SERIES_BYTES + (series + SAMPLE_VALUES) * samples * VALUE_BYTES <= MINUTE_BYTES;

export const minuteOf = (t: number): number => Math.floor(t / MINUTE_MS) * MINUTE_MS;

/** The samples of one host in one minute, as they come in. Times are UTC ms. */
export class OpenMinute {
  readonly samples: StoredSample[] = [];
  /** The earliest journal group that holds one of the samples. */
  group = Infinity;
  readonly #numbers = new Map<string, Set<number>>();
  readonly #layouts = new Set<StoredLayout>();
  readonly #series = new Set<string>();
  #nameBytes = 0;
  #touchedAt: number;

  constructor(
    readonly tenantId: string,
    readonly hostId: string,
    readonly minute: number,
    private readonly openedAt: number,
  ) {
    this.#touchedAt = openedAt;
  }

  /** It is one of a backlog. */
  get late(): boolean {
    return this.openedAt >= this.minute + MINUTE_MS + LATE_AFTER_MS;
  }

  has(bootId: string, seq: number): boolean {
    return this.#numbers.get(bootId)?.has(seq) ?? false;
  }

  /** Whether one more sample of this layout keeps the minute within its bounds. */
  fits(layout: StoredLayout): boolean {
    const fresh = this.#layouts.has(layout) ? [] : layout.series.filter(({ key }) => !this.#series.has(key));
    return fitsInMinute({
      series: this.#series.size + fresh.length,
      samples: this.samples.length + 1,
      nameBytes: fresh.reduce((sum, { key }) => sum + bytesOf(key), this.#nameBytes),
    });
  }

  add(sample: StoredSample, group: number, now: number): void {
    this.samples.push(sample);
    this.group = Math.min(this.group, group);
    this.#touchedAt = now;
    const numbers = this.#numbers.get(sample.bootId);
    if (numbers === undefined) this.#numbers.set(sample.bootId, new Set([sample.seq]));
    else numbers.add(sample.seq);
    if (this.#layouts.has(sample.layout)) return;
    this.#layouts.add(sample.layout);
    for (const { key } of sample.layout.series) {
      if (this.#series.has(key)) continue;
      this.#series.add(key);
      this.#nameBytes += bytesOf(key);
    }
  }

  isOver(now: number): boolean {
    if (now >= this.openedAt + OPEN_AT_MOST_MS) return true;
    if (this.late) return now >= this.#touchedAt + LATE_GRACE_MS;
    return (
      now >= this.minute + MINUTE_MS + GRACE_MS + spreadOf(this.hostId) && now >= this.#touchedAt + GRACE_MS
    );
  }
}

/** A control character takes six bytes in writing. */
const bytesOf = (key: string): number => Buffer.byteLength(JSON.stringify(key));

const spreadOf = (hostId: string): number => parseInt(hostId.slice(-4), 16) % SPREAD_MS;

/** Every minute that is not in MongoDB yet: still open, or over and waiting to be written. */
export class OpenMinutes {
  readonly #open = new Map<string, Map<number, OpenMinute>>();
  readonly #over = new Set<OpenMinute>();
  /** How many late ones each host has. */
  readonly #late = new Map<string, number>();
  #lateOfAll = 0;

  get waiting(): number {
    return this.#over.size;
  }

  /** The open minute that a frame of time `t` belongs to. */
  at(tenantId: string, hostId: string, t: number, now: number): OpenMinute {
    let ofHost = this.#open.get(hostId);
    if (ofHost === undefined) this.#open.set(hostId, (ofHost = new Map()));
    const start = minuteOf(t);
    let minute = ofHost.get(start);
    if (minute === undefined) {
      minute = new OpenMinute(tenantId, hostId, start, now);
      ofHost.set(start, minute);
      this.#count(minute, 1);
    }
    return minute;
  }

  /** How many minutes of a backlog are here, open or over. */
  late(hostId: string): { ofHost: number; ofAll: number } {
    return { ofHost: this.#late.get(hostId) ?? 0, ofAll: this.#lateOfAll };
  }

  /** Ends minutes: from now on a frame for one of them opens it anew. */
  end(isOver: (minute: OpenMinute) => boolean): void {
    for (const [hostId, ofHost] of this.#open) {
      for (const minute of ofHost.values()) {
        if (!isOver(minute)) continue;
        ofHost.delete(minute.minute);
        this.#over.add(minute);
      }
      if (ofHost.size === 0) this.#open.delete(hostId);
    }
  }

  /** Some of those that are over, oldest first. */
  next(count: number): OpenMinute[] {
    const some: OpenMinute[] = [];
    for (const minute of this.#over) {
      if (some.push(minute) === count) break;
    }
    return some;
  }

  written(minute: OpenMinute): void {
    if (this.#over.delete(minute)) this.#count(minute, -1);
  }

  /** What of a host is not in MongoDB yet, from `from` up to but not including `to`. */
  of(hostId: string, from: number, to: number): OpenMinute[] {
    const open = [...(this.#open.get(hostId)?.values() ?? [])];
    const over = [...this.#over].filter((minute) => minute.hostId === hostId);
    return [...over, ...open].filter(({ minute }) => minute + MINUTE_MS > from && minute < to);
  }

  /** Journal groups before this one hold nothing any more that is not in a written minute. */
  earliestGroup(): number {
    let earliest = Infinity;
    for (const minute of this.#over) earliest = Math.min(earliest, minute.group);
    for (const ofHost of this.#open.values()) {
      for (const minute of ofHost.values()) earliest = Math.min(earliest, minute.group);
    }
    return earliest;
  }

  forget(hostId: string): void {
    this.#open.delete(hostId);
    for (const minute of this.#over) if (minute.hostId === hostId) this.#over.delete(minute);
    this.#lateOfAll -= this.#late.get(hostId) ?? 0;
    this.#late.delete(hostId);
  }

  #count(minute: OpenMinute, by: 1 | -1): void {
    if (!minute.late) return;
    const count = (this.#late.get(minute.hostId) ?? 0) + by;
    if (count === 0) this.#late.delete(minute.hostId);
    else this.#late.set(minute.hostId, count);
    this.#lateOfAll += by;
  }
}
