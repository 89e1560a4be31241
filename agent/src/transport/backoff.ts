const FIRST_MS = 500;
/** Short, because an agent that waits is a host that nobody watches; a refused connection costs almost nothing. */
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next attempt. The first comes soon, because most losses are short; from
 * then on the wait doubles. Each is drawn at random, so that thousands of agents that lost the same hub
 * do not come back in the same moment.
 */
export class Backoff {
  #attempt = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** In ms. @param atLeast a refusal that will not go away soon asks for a longer wait */
  next(atLeast = 0): number {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempt++);
    // The first attempt may come at once; later ones wait for half of the time at least.
    const floor = this.#attempt === 1 ? 0 : ceiling / 2;
    const wait = floor + this.random() * (ceiling - floor);
    return atLeast === 0 ? wait : Math.max(wait, atLeast * (1 + this.random() / 4));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
