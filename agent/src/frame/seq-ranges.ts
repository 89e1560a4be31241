/** A set of frame numbers, kept as inclusive ranges: they come and go in long runs. */
export class SeqRanges {
  readonly #ranges: [from: number, to: number][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(seq: number): boolean {
    const range = this.#ranges[this.#firstEndingAt(seq)];
    return range !== undefined && range[0] <= seq;
  }

  add(from: number, to = from): void {
    if (to < from) return;
    // What touches the new range becomes part of it.
    const at = this.#firstEndingAt(from - 1);
    let end = at;
    let [first, last] = [from, to];
    for (
      let range = this.#ranges[end];
      range !== undefined && range[0] <= to + 1;
      range = this.#ranges[++end]
    ) {
      first = Math.min(first, range[0]);
      last = Math.max(last, range[1]);
      this.#size -= range[1] - range[0] + 1;
    }
    this.#ranges.splice(at, end - at, [first, last]);
    this.#size += last - first + 1;
  }

  /** @returns how many of them were in the set */
  remove(from: number, to = from): number {
    const before = this.#size;
    const at = this.#firstEndingAt(from);
    let end = at;
    const left: [number, number][] = [];
    for (let range = this.#ranges[end]; range !== undefined && range[0] <= to; range = this.#ranges[++end]) {
      this.#size -= range[1] - range[0] + 1;
      if (range[0] < from) left.push([range[0], from - 1]);
      if (range[1] > to) left.push([to + 1, range[1]]);
    }
    for (const [first, last] of left) this.#size += last - first + 1;
    if (end > at) this.#ranges.splice(at, end - at, ...left);
    return before - this.#size;
  }

  clear(): void {
    this.#ranges.length = 0;
    this.#size = 0;
  }

  /** The ranges, in order. */
  [Symbol.iterator](): Iterator<readonly [from: number, to: number]> {
    return this.#ranges[Symbol.iterator]();
  }

  /** Place of the first range that ends at this number or later. Most questions are about the newest. */
  #firstEndingAt(seq: number): number {
    let high = this.#ranges.length;
    if (high === 0 || this.#ranges[high - 1]![1] < seq) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]![1] < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
