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

export interface Answers {
  disks: DiskReading[];
  problems: string[];
}

/**
 * Asks mounts with a bounded number of calls at a time. Each call holds a thread of libuv's pool until
 * the kernel answers, which a dead NFS server may never let it do: so a mount that has not answered is
 * not asked again until it has, and when all calls of the lane are held, the rest is not asked at all.
 */
export class StatfsLane {
  readonly #silent = new Set<string>();

  constructor(
    private readonly calls: number,
    private readonly ask: AskStatfs,
  ) {}

  /** Waits until all have answered, but never longer than until `deadline` settles. */
  async read(mounts: readonly string[], deadline: Promise<unknown>): Promise<Answers> {
    const answers: Answers = { disks: [], problems: [] };
    const queue = mounts.filter((mount) => !this.#silent.has(mount));
    const callers = Array.from({ length: this.calls - this.#silent.size }, () =>
      this.#caller(queue, answers),
    );
    await Promise.race([Promise.all(callers), deadline]);

    for (const mount of mounts)
      if (this.#silent.has(mount)) answers.problems.push(`${mount} does not answer`);
    for (const mount of queue.splice(0))
      answers.problems.push(`${mount} was not asked, because others do not answer`);
    // Late answers belong to no frame.
    return { disks: [...answers.disks], problems: [...answers.problems] };
  }

  async #caller(queue: string[], { disks, problems }: Answers): Promise<void> {
    for (let mount = queue.shift(); mount !== undefined; mount = queue.shift()) {
      this.#silent.add(mount);
      try {
        const reading = toReading(mount, await this.ask(mount));
        if (reading) disks.push(reading);
      } catch (error) {
        problems.push(`${mount}: ${(error as Error).message}`);
      } finally {
        this.#silent.delete(mount);
      }
    }
  }
}
