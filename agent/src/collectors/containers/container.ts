import type { ContainerReading } from '@tocsin/shared';
import type { Inspected, Listed } from './listing.js';
import { usageBetween, type Consumption, type Usage } from './usage.js';
import type { UsageFiles } from './usage-files.js';

/** One container, and what was last heard and measured of it. */
export class Container {
  /** Of its present start. */
  inspected: Inspected | undefined;
  /** What the list does not tell has to be asked for. */
  toInspect = true;
  /** Where its usage is read; undefined while it does not run, or is not known yet. */
  source: UsageFiles | 'engine' | undefined;
  #before: Consumption | undefined;
  #usage: Usage = {};
  #reading: ContainerReading | undefined;

  constructor(private listed: Listed) {}

  get id(): string {
    return this.listed.id;
  }

  get name(): string {
    return this.listed.name;
  }

  /** It has processes. */
  get alive(): boolean {
    return this.listed.state === 'running' || this.listed.state === 'paused';
  }

  /** Monotonic ms of the last reading of its usage. */
  get readAt(): number {
    return this.#before?.at ?? -Infinity;
  }

  /** @returns whether its name, state or health is another one */
  update(listed: Listed): boolean {
    const before = this.reading;
    this.listed = listed;
    if (!this.alive) this.restarted();
    this.#reading = undefined;
    const after = this.reading;
    return (['name', 'state', 'health'] as const).some((field) => before[field] !== after[field]);
  }

  /** What was known of an earlier start does not hold any more. */
  restarted(): void {
    this.inspected = undefined;
    this.toInspect = true;
    if (typeof this.source === 'object') this.source.close();
    this.source = undefined;
    this.#before = undefined;
    this.#usage = {};
    this.#reading = undefined;
  }

  /** @returns whether its health is another one */
  learn(inspected: Inspected): boolean {
    const { health } = this.reading;
    this.inspected = inspected;
    this.toInspect = false;
    this.#reading = undefined;
    return this.reading.health !== health;
  }

  /** @param cores of the host */
  measured(consumption: Consumption, cores: number): void {
    this.#usage = usageBetween(this.#before, consumption, cores);
    this.#before = consumption;
    this.#reading = undefined;
  }

  /** What a frame says of it. */
  get reading(): ContainerReading {
    const { name, image, state } = this.listed;
    const health = this.listed.health ?? this.inspected?.health;
    return (this.#reading ??= {
      name,
      ...(image !== undefined && { image }),
      state,
      ...(health !== undefined && { health }),
      ...this.#usage,
    });
  }
}
