import type { ControlGroups } from '../control-groups.js';
import type { Container } from './container.js';
import type { EngineClient } from './engine-client.js';
import type { Inspected } from './listing.js';
import { parseStats } from './stats.js';
import { UsageFiles } from './usage-files.js';

/** How often each container is measured, in ms, where there are many; a few are measured with each frame. */
const PERIOD_MS = 10_000;
const FEW = 2;
/** Closer readings would tell more about the clock's ticks than about the container. */
const SHORTEST_MS = 900;
/** How often an engine is asked for figures, in ms: that costs it some milliseconds each time. */
const ASK_MS = 10_000;

/**
 * Measures what containers use: from the kernel where this process sees their control groups, else by asking
 * the engine now and then. Containers take turns, so that no frame bears them all.
 */
export class Measuring {
  #turn = 0;
  #last: number | undefined;
  #asking = false;
  #askedAt = -Infinity;
  readonly #toAsk: Container[] = [];

  /** @param cores of the host */
  constructor(
    private readonly client: Pick<EngineClient, 'get'>,
    private readonly groups: ControlGroups,
    private readonly cores: number,
    private readonly proc = '/proc',
  ) {}

  /** Finds where the container's usage is read, at its start. */
  find(container: Container, inspected: Inspected): void {
    if (container.source !== undefined) return;
    try {
      container.source = UsageFiles.open(container.id, inspected, this.groups, this.proc);
    } catch {
      container.source = 'engine';
    }
  }

  /** Measures those whose turn it is. @param now monotonic ms */
  age(containers: readonly Container[], now: number): void {
    const measured = containers.filter(({ source }) => typeof source === 'object');
    const elapsed = now - (this.#last ?? now);
    this.#last = now;
    const due = Math.min(measured.length, Math.max(FEW, Math.ceil((measured.length * elapsed) / PERIOD_MS)));
    for (const container of measured) if (container.readAt === -Infinity) this.#measure(container, now);
    for (let i = 0; i < due; i++) this.#measure(measured[(this.#turn + i) % measured.length]!, now);
    this.#turn = measured.length === 0 ? 0 : (this.#turn + due) % measured.length;

    if (now - this.#askedAt >= ASK_MS && !this.#asking) {
      this.#askedAt = now;
      this.#toAsk.push(...containers.filter(({ source }) => source === 'engine'));
      if (this.#toAsk.length > 0) void this.#askAll();
    }
  }

  #measure(container: Container, now: number): void {
    if (now - container.readAt < SHORTEST_MS) return;
    try {
      container.measured((container.source as UsageFiles).read(now), this.cores);
    } catch {
      // It has ended; should it not have, the next list has it looked at again.
      container.ended();
    }
  }

  async #askAll(): Promise<void> {
    this.#asking = true;
    for (const container of this.#toAsk.splice(0)) {
      try {
        const path = `/containers/${container.id}/stats?stream=false&one-shot=true`;
        const consumption = parseStats(await this.client.get(path), container.started?.ownNetwork ?? false);
        if (container.source === 'engine') container.measured(consumption, this.cores);
      } catch {
        if (container.source === 'engine') container.ended();
      }
    }
    this.#asking = false;
  }
}
