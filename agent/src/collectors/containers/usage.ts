import type { ContainerReading } from '@tocsin/shared';

/** What a container used up to a moment, and what it holds then. */
export interface Consumption {
  /** Monotonic ms, or another clock that is the same from reading to reading. */
  at: number;
  /** Nanoseconds of all cores together since it was started. */
  cpu: number;
  /** Bytes, without caches that the kernel gives back on demand. */
  memory: number;
  /** Bytes since it was started; absent where they are not known, or not its own. */
  in?: number;
  out?: number;
}

export type Usage = Pick<ContainerReading, 'cpu' | 'memory' | 'in' | 'out'>;

/** @param before an earlier reading of the same start. @param cores of the host */
export function usageBetween(before: Consumption | undefined, after: Consumption, cores: number): Usage {
  const ms = before === undefined ? 0 : after.at - before.at;
  // A counter that ran backwards belongs to another start.
  if (before === undefined || ms <= 0 || after.cpu < before.cpu) return { memory: after.memory };
  const share = ((after.cpu - before.cpu) / 1e6 / ms / cores) * 100;
  const rate = (from: number, to: number) => Math.round(((to - from) * 1000) / ms);
  const { in: inBefore = NaN, out: outBefore = NaN } = before;
  const known =
    after.in !== undefined && after.out !== undefined && after.in >= inBefore && after.out >= outBefore;
  return {
    cpu: Math.min(100, Math.round(share * 100) / 100),
    memory: after.memory,
    ...(known && { in: rate(inBefore, after.in!), out: rate(outBefore, after.out!) }),
  };
}
