const TICK_MS = 1_000;

/** The hub's time, which presence and incidents are stamped with, ticking once a second. */
class HubClock {
  #browser = $state(Date.now());
  #ahead = $state(0);

  constructor() {
    setInterval(() => (this.#browser = Date.now()), TICK_MS);
  }

  /** UTC ms by the hub's clock, as of the last tick. */
  get now(): number {
    return this.#browser + this.#ahead;
  }

  /** UTC ms by the hub's clock, exactly; does not make anything tick. */
  read(): number {
    return Date.now() + this.#ahead;
  }

  /** The hub has just said what time it is. Small differences are the way of the message itself. */
  adjust(hubNow: number): void {
    const ahead = hubNow - Date.now();
    if (Math.abs(ahead - this.#ahead) > TICK_MS / 2) this.#ahead = ahead;
  }
}

export const clock = new HubClock();
