/** How often at most, in ms, an overview is sent. */
export const COALESCE_MS = 250;

/**
 * Calls `flush` at once on the first news after a rest, and at the end of the interval for all that came
 * meanwhile. One message then costs hosts + viewers, not hosts × viewers.
 */
export class Coalescer {
  #timer?: NodeJS.Timeout;
  #waiting = false;

  constructor(private readonly flush: () => void) {}

  news(): void {
    if (this.#timer === undefined) this.#send();
    else this.#waiting = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    this.#waiting = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.#send();
    }, COALESCE_MS);
    this.flush();
  }
}
