import type { CollectorFailure, Frame } from '@tocsin/shared';
import type { Collector, Readings } from '../collectors/collector.js';

/** The protocol's bounds of a frame's failures. */
const FAILURES = 64;
const ERROR_LENGTH = 256;

type Content = Omit<Frame, 'seq' | 't'>;

/**
 * Asks every collector. One that fails becomes an entry in `failures`; it never stops the others.
 *
 * @param now monotonic milliseconds
 */
export async function collectAll(collectors: readonly Collector[], now: number): Promise<Content> {
  const readings: Readings = {};
  const failures: CollectorFailure[] = [];
  await Promise.all(
    collectors.map(async (collector) => {
      const failed = (error: string) =>
        failures.push({ collector: collector.name, error: error.slice(0, ERROR_LENGTH) });
      try {
        const { problems, ...parts } = await collector.collect(now);
        Object.assign(readings, parts);
        problems?.forEach(failed);
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error));
      }
    }),
  );
  return failures.length === 0 ? readings : { ...readings, failures: failures.slice(0, FAILURES) };
}

/** Numbers the frames of one start of the agent. */
export class Assembler {
  #seq = 0;

  constructor(private readonly collectors: readonly Collector[]) {}

  /** Takes the first reading, from which the rates of the first frame are counted. */
  async prime(now: number): Promise<void> {
    await collectAll(this.collectors, now);
  }

  /**
   * @param now monotonic milliseconds
   * @param t UTC milliseconds
   */
  async next(now: number, t: number): Promise<Frame> {
    const content = await collectAll(this.collectors, now);
    return { seq: this.#seq++, t, ...content };
  }
}
