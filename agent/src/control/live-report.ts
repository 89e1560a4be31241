import type { LiveFrame } from '@tocsin/shared';
import type { Assembler } from '../frame/assemble.js';
import { monotonic, Schedule } from '../frame/schedule.js';

/** While somebody watches, this often; in ms. */
export const LIVE_MS = 1_000;
/** A stored frame this young has just shown everything; in ms. */
const FRESH_MS = 300;

/**
 * Reports each second while somebody watches, beside the frames that are stored at a longer interval and
 * without disturbing them.
 */
export class LiveReport {
  #schedule: Schedule | undefined;

  constructor(
    private readonly assembler: Assembler,
    private readonly send: (frame: LiveFrame) => void,
  ) {}

  get active(): boolean {
    return this.#schedule !== undefined;
  }

  /**
   * @param watched whether somebody watches
   * @param interval at which frames are stored, in ms
   */
  follow(watched: boolean, interval: number): void {
    const wanted = watched && interval > LIVE_MS;
    if (wanted === this.active) return;
    if (!wanted) return void this.stop();
    const schedule = new Schedule(LIVE_MS, async () => {
      const frame = await this.assembler.live();
      if (schedule === this.#schedule) this.send(frame);
    });
    this.#schedule = schedule;
    schedule.start();
    if (monotonic() - this.assembler.readAt >= FRESH_MS) schedule.soon(0);
  }

  async stop(): Promise<void> {
    const schedule = this.#schedule;
    this.#schedule = undefined;
    await schedule?.stop();
    // Unless somebody looks again meanwhile.
    if (this.#schedule === undefined) await this.assembler.endLive();
  }
}
