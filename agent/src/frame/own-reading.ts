import type { Collected, Collector } from '../collectors/collector.js';

/** Reading the memory opens a file; it changes slowly. In ms. */
const MEMORY_EVERY_MS = 10_000;

/** What the agent says about itself, in every frame. */
export class OwnReading implements Collector {
  readonly name = 'buffer';
  #rss = 0;
  #readAt = -Infinity;

  constructor(
    private readonly uplink: { readonly backlog: number; readonly dropped: number },
    private readonly buffer: { readonly problem: string | undefined },
  ) {}

  collect(now: number): Collected {
    if (now >= this.#readAt + MEMORY_EVERY_MS) {
      this.#rss = process.memoryUsage.rss();
      this.#readAt = now;
    }
    const { backlog, dropped } = this.uplink;
    const { problem } = this.buffer;
    const agent = { backlog, dropped, rss: this.#rss };
    return problem === undefined ? { agent } : { agent, problems: [problem] };
  }
}
