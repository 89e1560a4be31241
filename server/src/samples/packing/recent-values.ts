/**
 * Remembers what was asked for lately, at most twice `bound` entries: when one generation is full the one
 * before is dropped, and what is still in use moves into the new one as it is asked for.
 */
export class RecentValues<Key, Value> {
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  #weight = 0;

  /** @param weigh what an entry counts for within the bound; 1 when left out */
  constructor(
    private readonly bound: number,
    private readonly weigh: (value: Value) => number = () => 1,
  ) {}

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    this.#weight += this.weigh(value);
    if (this.#weight > this.bound) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = this.weigh(value);
    }
    this.#young.set(key, value);
  }
}
