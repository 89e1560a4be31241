import type { Selection } from '../name-patterns.js';
import { candidates, ETHERNET, selectInterfaces, type InterfaceNature, type NatureOf } from './interfaces.js';

/** Each interface is looked at again after about this time, in ms: it may be put into a bond. */
const LOOK_AGAIN_MS = 30_000;

/** Which of the host's interfaces are watched. Looking at one costs much, so what is known is kept. */
export class WatchedInterfaces {
  #names: ReadonlySet<string> = new Set();
  /** Of those that may be watched; the one that was looked at longest ago comes first. */
  readonly #natures = new Map<string, InterfaceNature>();
  #counted = new Map<string, boolean>();
  #lookedAt = -Infinity;

  constructor(
    private selection: Selection,
    private readonly natureOf: NatureOf,
  ) {}

  /** How many interfaces the host has, watched or not. */
  get known(): number {
    return this.#names.size;
  }

  isKnown(name: string): boolean {
    return this.#names.has(name);
  }

  has(name: string): boolean {
    return this.#counted.has(name);
  }

  /** Whether it is part of the host's total. */
  isCounted(name: string): boolean {
    return this.#counted.get(name) === true;
  }

  select(selection: Selection): void {
    this.selection = selection;
    // As if every interface were new.
    this.#names = new Set();
  }

  /** @param names all that the host has now, in the kernel's order */
  renew(names: readonly string[]): void {
    this.#names = new Set(names);
    const isCandidate = candidates(this.selection);
    for (const name of this.#natures.keys())
      if (!this.#names.has(name) || !isCandidate(name)) this.#natures.delete(name);
    for (const name of names) if (isCandidate(name) && !this.#natures.has(name)) this.#look(name);
    this.#choose();
  }

  /** Looks at one interface, in turn, so that no frame pays for all of them. */
  lookAgain(now: number): void {
    if (now - this.#lookedAt < LOOK_AGAIN_MS / this.#natures.size) return;
    this.#lookedAt = now;
    const [longestAgo] = this.#natures;
    if (longestAgo === undefined) return;
    const [name, before] = longestAgo;
    this.#natures.delete(name);
    const after = this.#look(name);
    if (before.bridge !== after.bridge || String(before.lower) !== String(after.lower)) this.#choose();
  }

  #look(name: string): InterfaceNature {
    const nature = this.#natureOf(name);
    this.#natures.set(name, nature);
    return nature;
  }

  #natureOf(name: string): InterfaceNature {
    try {
      return this.natureOf(name);
    } catch {
      // It went away between the two readings, which the list of names says the next time. Or /sys is not
      // that of these interfaces, as in some containers: then they are taken for plain ones.
      return { name, type: ETHERNET, bridge: false, lower: [] };
    }
  }

  #choose(): void {
    const natures = [...this.#names].map((name) => this.#natures.get(name)).filter((n) => n !== undefined);
    const watched = selectInterfaces(natures, this.selection);
    this.#counted = new Map(watched.map(({ name, counted }) => [name, counted]));
  }
}
