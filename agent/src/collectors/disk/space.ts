import type { StatsFs } from 'node:fs';
import type { DiskReading } from '@tocsin/shared';

/** Asks the kernel how full a file system is; may never settle. */
export type AskStatfs = (mount: string) => Promise<Pick<StatsFs, StatfsField>>;
type StatfsField = 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree';

/** What `statfs` said in the words of a frame, or undefined for a file system without a size. */
export function toReading(mount: string, stats: Pick<StatsFs, StatfsField>): DiskReading | undefined {
  const { bsize, blocks, bfree, bavail, files, ffree } = stats;
  if (blocks <= 0) return undefined;
  return {
    mount,
    size: blocks * bsize,
    used: Math.max(0, blocks - bfree) * bsize,
    // On a file system that is over its reserve this is negative, which the kernel gives as a huge number.
    available: bavail > blocks ? 0 : bavail * bsize,
    // btrfs and vfat make inodes as they need them and say 0.
    ...(files > 0 && { inodes: files, inodesUsed: Math.max(0, files - ffree) }),
  };
}

/** What is known of a mount: its reading, nothing to tell, or a problem in plain words. */
export type Outcome = { disk?: DiskReading; problem?: string };

/**
 * Asks mounts with a bounded number of calls at a time. Each call holds a thread of libuv's pool until
 * the kernel answers, which a dead NFS server may never let it do: so a mount that has not answered is
 * not asked again until it has, and when all calls of the lane are held, the rest is not asked at all.
 */
export class StatfsLane {
  readonly #silent = new Set<string>();
  /** The last answers, the oldest first. */
  readonly #answers = new Map<string, Outcome>();

  constructor(
    private readonly calls: number,
    private readonly ask: AskStatfs,
  ) {}

  /**
   * Asks the mounts that were never asked, and those whose answers are the oldest.
   *
   * @param share of the mounts, of which at least one is asked
   * @param deadline when it settles the wait is over, whoever has answered
   * @returns whether the deadline came before all had been asked
   */
  async refresh(mounts: ReadonlySet<string>, share: number, deadline: Promise<unknown>): Promise<boolean> {
    for (const mount of this.#answers.keys()) if (!mounts.has(mount)) this.#answers.delete(mount);
    const queue = [...mounts].filter((mount) => !this.#answers.has(mount) && !this.#silent.has(mount));
    let again = Math.ceil(mounts.size * share);
    for (const mount of this.#answers.keys()) {
      if (again-- <= 0) break;
      if (!this.#silent.has(mount)) queue.push(mount);
    }
    const callers = Array.from({ length: Math.min(queue.length, this.calls - this.#silent.size) }, () =>
      this.#caller(queue),
    );
    if (callers.length === 0) return false;
    await Promise.race([Promise.all(callers), deadline]);
    // What could not be asked in time waits for the next frame.
    return queue.splice(0).length > 0;
  }

  /** What is known of a mount that was handed to `refresh`. */
  outcome(mount: string): Outcome {
    if (this.#silent.has(mount)) return { problem: `${mount} does not answer` };
    // Old answers are good while new ones come.
    if (this.#silent.size === this.calls)
      return { problem: `${mount} was not asked, because others do not answer` };
    return this.#answers.get(mount) ?? { problem: `${mount} was not asked in time` };
  }

  async #caller(queue: string[]): Promise<void> {
    for (let mount = queue.shift(); mount !== undefined; mount = queue.shift()) {
      this.#silent.add(mount);
      this.#answers.delete(mount);
      try {
        const disk = toReading(mount, await this.ask(mount));
        this.#answers.set(mount, disk === undefined ? {} : { disk });
      } catch (error) {
        this.#answers.set(mount, { problem: `${mount}: ${(error as Error).message}` });
      } finally {
        this.#silent.delete(mount);
      }
    }
  }
}
