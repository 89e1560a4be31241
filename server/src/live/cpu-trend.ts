const SLOT_MS = 10_000;
const SLOTS = 60;

/** CPU usage of the last ten minutes: one average for each 10 s that is over. Times are the hub's. */
export class CpuTrend {
  readonly #averages = new Float32Array(SLOTS).fill(NaN);
  #slot = 0;
  #sum = 0;
  #count = 0;

  /** True when this value is the first of a new slot, so that there may be a new average to show. */
  add(usage: number, now: number): boolean {
    const slot = Math.floor(now / SLOT_MS);
    const next = slot !== this.#slot;
    if (next) this.#turnTo(slot);
    this.#sum += usage;
    this.#count += 1;
    return next;
  }

  /** Percent, oldest first; null where nothing came. */
  values(now: number): (number | null)[] {
    this.#turnTo(Math.floor(now / SLOT_MS));
    return Array.from({ length: SLOTS }, (_, i) => {
      const average = this.#averages[(this.#slot + i) % SLOTS]!;
      return Number.isNaN(average) ? null : Math.round(average * 10) / 10;
    });
  }

  #turnTo(slot: number): void {
    if (slot === this.#slot) return;
    const forward = slot - this.#slot;
    // A clock that leaps further than the trend reaches, or back, leaves nothing that still means something.
    if (forward < 0 || forward > SLOTS) this.#averages.fill(NaN);
    else {
      this.#averages[this.#slot % SLOTS] = this.#count > 0 ? this.#sum / this.#count : NaN;
      for (let empty = this.#slot + 1; empty < slot; empty += 1) this.#averages[empty % SLOTS] = NaN;
    }
    this.#slot = slot;
    this.#sum = 0;
    this.#count = 0;
  }
}
