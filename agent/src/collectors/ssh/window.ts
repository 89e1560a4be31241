import { SSH_BREACH_AFTER, SSH_WINDOW_MS } from '@tocsin/shared/limits';
import { networkOf } from './address.js';
import type { Attempts } from './attempt-counter.js';

/** What one address did within the window. */
export interface Source {
  readonly address: string;
  readonly network: Network | undefined;
  attempts: number;
  /** Attempts by user name, of those that named one. */
  readonly users: Map<string, number>;
  /** UTC ms of the last attempt. */
  last: number;
  /** When logins were accepted after too many failures, monotonic ms. */
  breaches: number[];
  /** The newest of its entries, to which more of the same is added. */
  newest: Entry | undefined;
}

/** An IPv6 /64: whoever has one address of it has them all. */
export interface Network {
  readonly name: string;
  readonly sources: Set<Source>;
  last: number;
  breaches: number[];
}

interface Entry {
  /** Monotonic ms, at the start of its second. */
  readonly at: number;
  readonly source: Source;
  readonly user: string | undefined;
  times: number;
}

/** Different (second, address, user) that are remembered; beyond it the oldest leave early. */
const ENTRIES = 16_384;
/** What has left the queue is cut off when there is this much of it. */
const CUT_AT = 1_024;

/** What a restart needs, as short as JSON gets: ages in ms, names by their place in the lists. */
export interface WindowState {
  users: string[];
  sources: [address: string, last: number, breaches: number[]][];
  networks: [name: string, last: number, breaches: number[]][];
  entries: [age: number, source: number, user: number, times: number][];
}

/**
 * The attempts of the last ten minutes. Each counts from the start of its second on, so that a flood of
 * the same costs one entry a second. Times only move forwards: what is told late counts from the latest.
 */
export class AttemptWindow {
  readonly #sources = new Map<string, Source>();
  readonly #networks = new Map<string, Network>();
  /** Those that have breaches. */
  readonly #entered = new Set<Source | Network>();
  #entries: Entry[] = [];
  #head = 0;
  #total = 0;
  /** When the next thing leaves the window by itself. */
  #nextLeaves = Infinity;
  #version = 0;

  /** Attempts within the window, as of the last `advance`. */
  get total(): number {
    return this.#total;
  }

  get sources(): Iterable<Source> {
    return this.#sources.values();
  }

  get networks(): Iterable<Network> {
    return this.#networks.values();
  }

  /** Changes whenever something here has changed. */
  get version(): number {
    return this.#version;
  }

  /**
   * @param at monotonic ms
   * @param t UTC ms
   */
  add({ times, address, user }: Attempts, at: number, t: number): void {
    this.#version++;
    const source = this.#source(address);
    source.last = Math.max(source.last, t);
    if (source.network) source.network.last = Math.max(source.network.last, t);
    source.attempts += times;
    this.#total += times;
    if (user !== undefined) source.users.set(user, (source.users.get(user) ?? 0) + times);

    const second = Math.max(Math.floor(at / 1000) * 1000, this.#entries.at(-1)?.at ?? -Infinity);
    const { newest } = source;
    if (newest !== undefined && newest.at === second && newest.user === user) newest.times += times;
    else {
      source.newest = { at: second, source, user, times };
      this.#entries.push(source.newest);
      this.#nextLeaves = Math.min(this.#nextLeaves, second + SSH_WINDOW_MS);
    }
    if (this.#entries.length - this.#head > ENTRIES) this.#leave();
  }

  /**
   * A login was accepted.
   * @returns how many attempts of the address failed before it, and whether that is too many
   */
  login(address: string, at: number): { failures: number; breach: boolean } {
    this.advance(at);
    const source = this.#sources.get(address);
    const failures = source?.attempts ?? 0;
    const name = networkOf(address);
    const network = name === undefined ? undefined : this.#networks.get(name);
    const entered: (Source | Network)[] = [];
    if (source !== undefined && failures >= SSH_BREACH_AFTER) entered.push(source);
    if (network !== undefined && failing(network) >= 2 && attemptsOf(network) >= SSH_BREACH_AFTER)
      entered.push(network);
    for (const one of entered) {
      one.breaches.push(at);
      this.#entered.add(one);
      this.#version++;
      this.#nextLeaves = Math.min(this.#nextLeaves, at + SSH_WINDOW_MS);
    }
    return { failures, breach: entered.length > 0 };
  }

  /** Lets go what is older than the window. Costs nothing while nothing is. */
  advance(now: number): void {
    if (now < this.#nextLeaves) return;
    while (this.#oldest !== undefined && this.#oldest.at + SSH_WINDOW_MS <= now) this.#leave();
    const inWindow = (at: number) => at + SSH_WINDOW_MS > now;
    let next = this.#oldest?.at ?? Infinity;
    for (const entered of this.#entered) {
      entered.breaches = entered.breaches.filter(inWindow);
      next = Math.min(next, ...entered.breaches);
      if (entered.breaches.length > 0) continue;
      this.#entered.delete(entered);
      if ('users' in entered) this.#forgetIfDone(entered);
      else this.#forgetNetworkIfDone(entered);
    }
    this.#nextLeaves = next + SSH_WINDOW_MS;
    this.#version++;
  }

  get #oldest(): Entry | undefined {
    return this.#entries[this.#head];
  }

  #leave(): void {
    const { source, user, times } = this.#oldest!;
    this.#entries[this.#head++] = undefined!;
    if (this.#head >= CUT_AT && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    this.#total -= times;
    source.attempts -= times;
    if (user !== undefined) {
      const left = (source.users.get(user) ?? 0) - times;
      if (left > 0) source.users.set(user, left);
      else source.users.delete(user);
    }
    this.#forgetIfDone(source);
  }

  #source(address: string): Source {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    const name = networkOf(address);
    const network = name === undefined ? undefined : this.#network(name);
    const source: Source = {
      address,
      network,
      attempts: 0,
      users: new Map(),
      last: 0,
      breaches: [],
      newest: undefined,
    };
    this.#sources.set(address, source);
    network?.sources.add(source);
    return source;
  }

  #network(name: string): Network {
    const known = this.#networks.get(name);
    if (known !== undefined) return known;
    const network: Network = { name, sources: new Set(), last: 0, breaches: [] };
    this.#networks.set(name, network);
    return network;
  }

  #forgetIfDone(source: Source): void {
    if (source.attempts > 0 || source.breaches.length > 0) return;
    this.#sources.delete(source.address);
    source.network?.sources.delete(source);
    if (source.network) this.#forgetNetworkIfDone(source.network);
  }

  #forgetNetworkIfDone(network: Network): void {
    if (network.sources.size === 0 && network.breaches.length === 0) this.#networks.delete(network.name);
  }

  /** @param now monotonic ms */
  save(now: number): WindowState {
    const users = new Map<string, number>();
    const places = new Map<Source, number>();
    const state: WindowState = { users: [], sources: [], networks: [], entries: [] };
    const ages = (breaches: number[]) => breaches.map((at) => now - at);
    for (const source of this.#sources.values()) {
      places.set(source, state.sources.push([source.address, source.last, ages(source.breaches)]) - 1);
    }
    for (const { name, last, breaches } of this.#networks.values())
      if (breaches.length > 0) state.networks.push([name, last, ages(breaches)]);
    for (const { at, source, user, times } of this.#entries.slice(this.#head)) {
      let place = user === undefined ? -1 : users.get(user);
      if (place === undefined) users.set(user!, (place = state.users.push(user!) - 1));
      state.entries.push([now - at, places.get(source)!, place, times]);
    }
    return state;
  }

  /**
   * @param now monotonic ms
   * @param away ms that have passed since it was saved
   */
  load({ users, sources, networks, entries }: WindowState, now: number, away: number): void {
    const at = (age: number) => now - age - away;
    for (const [age, place, user, times] of entries) {
      const [address, last] = sources[place]!;
      this.add({ times, address, ...(user >= 0 && { user: users[user]! }) }, at(age), last);
    }
    for (const [address, last, breaches] of sources) {
      if (breaches.length === 0) continue;
      this.#entered.add(Object.assign(this.#source(address), { last, breaches: breaches.map(at) }));
    }
    for (const [name, last, breaches] of networks)
      this.#entered.add(Object.assign(this.#network(name), { last, breaches: breaches.map(at) }));
    this.#nextLeaves = -Infinity;
    this.advance(now);
  }
}

/** Addresses of the network that failed within the window. */
export function failing({ sources }: Network): number {
  let count = 0;
  for (const { attempts } of sources) if (attempts > 0) count++;
  return count;
}

export function attemptsOf({ sources }: Network): number {
  let sum = 0;
  for (const { attempts } of sources) sum += attempts;
  return sum;
}
