import type { ContainerReading } from '@tocsin/shared';
import type { Inspected, Listed } from './listing.js';
import { usageBetween, type Consumption, type Usage } from './usage.js';
import type { UsageFiles } from './usage-files.js';

/** One container, and what was last heard and measured of it. */
export class Container {
  /** Its present start, undefined while it does not run or was not looked at. */
  started: Inspected | undefined;
  /** Where its usage is read; undefined while it does not run, or is not known yet. */
  source: UsageFiles | 'engine' | undefined;
  #before: Consumption | undefined;
  #usage: Usage = {};
  #reading: ContainerReading | undefined;

  constructor(private listed: Listed) {}

  get id(): string {
    return this.listed.id;
  }

  /** It has processes. */
  get alive(): boolean {
    return this.listed.state === 'running' || this.listed.state === 'paused';
  }

  /** Monotonic ms of the last reading of its usage. */
  get readAt(): number {
    return this.#before?.at ?? -Infinity;
  }

  /** Whether a list shows it as it is known; the list does not always know its health. */
  agreesWith({ name, state, health }: Listed): boolean {
    const known = this.reading;
    return name === known.name && state === known.state && (health ?? known.health) === known.health;
  }

  /** @returns whether its name, state or health is another one */
  learn(listed: Listed): boolean {
    const before = this.reading;
    this.listed = listed;
    this.#reading = undefined;
    const after = this.reading;
    if (!this.alive) this.ended();
    return (['name', 'state', 'health'] as const).some((field) => before[field] !== after[field]);
  }

  /** @returns whether its name, state or health is another one */
  inspected(now: Inspected): boolean {
    if (this.started?.pid !== now.pid) this.ended();
    const changed = this.learn(now);
    if (this.alive) this.started = now;
    return changed;
  }

  /** What was known of its start does not hold any more. */
  ended(): void {
    if (typeof this.source === 'object') this.source.close();
    this.started = undefined;
    this.source = undefined;
    this.#before = undefined;
    this.#usage = {};
    this.#reading = undefined;
  }

  /** @param cores of the host */
  measured(consumption: Consumption, cores: number): void {
    this.#usage = usageBetween(this.#before, consumption, cores);
    this.#before = consumption;
    this.#reading = undefined;
  }

  /** What a frame says of it. */
  get reading(): ContainerReading {
    const { name, image, state, health } = this.listed;
    return (this.#reading ??= {
      name,
      ...(image !== undefined && { image }),
      state,
      ...(health !== undefined && { health }),
      ...this.#usage,
    });
  }
}
