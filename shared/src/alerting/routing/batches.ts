import type { Grouping } from './policy.js';

/**
 * How long a batch waits for others that come at the same moment, in ms: nobody notices the first. When what
 * belongs to it was told once, twice or more often within `WITHIN_MS`, it waits longer.
 */
export const WAITS_MS = [100, 1_000, 5_000, 15_000] as const;
/** So many at once are a storm: its batch waits until it has been calm for a while, but not for ever, in ms. */
export const STORM_OF = 5;
export const CALM_MS = 2_000;
export const LONGEST_MS = 10_000;
/** What was told so often within this time, in ms, waits for the rest of it. */
export const AT_MOST = WAITS_MS.length;
export const WITHIN_MS = 60_000;

/** Something to tell of an incident; what exactly is found out when its turn comes. */
export interface BatchEntry {
  incidentId: string;
  hostId: string;
  ruleId: string;
  grouping: Grouping;
  /** It only brings up to date what people were told, such as that it is over: no reason to wait for long. */
  isUpdate: boolean;
}

export interface Batch {
  grouping: Grouping;
  /** By incident: an incident that changes again while it waits is told once. */
  entries: ReadonlyMap<string, BatchEntry>;
}

class Group {
  readonly entries = new Map<string, BatchEntry>();
  readonly hosts = new Set<string>();
  readonly rules = new Set<string>();
  readonly #firstAt: number;
  #lastAt: number;

  constructor(
    readonly grouping: Grouping,
    readonly isUpdate: boolean,
    now: number,
    private readonly waitMs: number,
  ) {
    this.#firstAt = this.#lastAt = now;
  }

  add(entry: BatchEntry, now: number): void {
    if (!this.entries.has(entry.incidentId)) this.#lastAt = now;
    this.entries.set(entry.incidentId, entry);
    this.hosts.add(entry.hostId);
    this.rules.add(entry.ruleId);
  }

  takes({ incidentId, hostId, ruleId, grouping, isUpdate }: BatchEntry): boolean {
    if (grouping !== this.grouping || isUpdate !== this.isUpdate) return false;
    switch (grouping) {
      case 'all':
        return true;
      case 'host':
        return this.hosts.has(hostId);
      case 'rule':
        return this.rules.has(ruleId);
      case 'related':
        return this.hosts.has(hostId) || this.rules.has(ruleId);
      case 'none':
        return this.entries.has(incidentId);
    }
  }

  get dueAt(): number {
    const at = this.#firstAt + this.waitMs;
    if (this.entries.size < STORM_OF) return at;
    const calm = Math.max(this.#firstAt, this.#lastAt) + CALM_MS;
    return Math.max(at, Math.min(this.#firstAt + LONGEST_MS, calm));
  }
}

/**
 * Gathers what is to be told into as few messages as people need. A single alarm goes out after a tenth of a
 * second; a storm becomes one message; what goes on and on is told a few times a minute at most.
 */
export class Batches {
  #waiting: Group[] = [];
  #told: { group: Group; at: number }[] = [];

  /** @param now UTC ms, as everywhere here */
  add(entry: BatchEntry, now: number): void {
    let group = this.#waiting.find((one) => one.takes(entry));
    if (group === undefined) {
      group = new Group(entry.grouping, entry.isUpdate, now, this.#waitOf(entry, now));
      this.#waiting.push(group);
    }
    group.add(entry, now);
  }

  /** Hands out the batches whose time has come. */
  take(now: number): Batch[] {
    this.#told = this.#told.filter(({ at }) => now - at < WITHIN_MS && at <= now);
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now);
    this.#waiting = this.#waiting.filter(({ dueAt }) => dueAt > now);
    this.#told.push(...due.map((group) => ({ group, at: now })));
    return due;
  }

  /** It could not be told after all, and is due again as if it had not been handed out. */
  putBack(batch: Batch, now: number): void {
    this.#told = this.#told.filter(({ group }) => group !== batch);
    for (const entry of batch.entries.values()) this.add(entry, now);
  }

  #waitOf(entry: BatchEntry, now: number): number {
    if (entry.isUpdate) return WAITS_MS[0];
    const lately = this.#told.filter(
      ({ group, at }) => group.takes(entry) && now - at < WITHIN_MS && at <= now,
    );
    return WAITS_MS[lately.length] ?? lately[lately.length - AT_MOST]!.at + WITHIN_MS - now;
  }
}
