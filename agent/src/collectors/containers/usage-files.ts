import { closeSync, openSync, readSync } from 'node:fs';
import { parseGroupCpu, parseInactiveFile, type ControlGroups, type GroupFiles } from '../control-groups.js';
import { parseCounters } from '../network/counters.js';
import { readText } from '../read-text.js';
import type { Inspected } from './listing.js';
import type { Consumption } from './usage.js';

const buffer = Buffer.alloc(16 * 1024);

/** What a container uses, from the kernel. Its files stay open: to read them again costs a fifth of opening them. */
export class UsageFiles {
  /** Of the processor, of the memory, of the kinds of memory. */
  readonly #files: readonly [number, number, number];

  private constructor(
    paths: GroupFiles,
    private readonly netDev: string | undefined,
  ) {
    const open: number[] = [];
    try {
      for (const path of [paths.cpu, paths.memory, paths.memoryStat]) open.push(openSync(path, 'r'));
    } catch (error) {
      open.forEach(closeSync);
      throw error;
    }
    this.#files = open as [number, number, number];
  }

  /**
   * @param proc where `/proc` is mounted
   * @throws when this process does not see the container's files
   */
  static open(id: string, { pid, ownNetwork }: Inspected, groups: ControlGroups, proc: string): UsageFiles {
    const procCgroup = readText(`${proc}/${pid}/cgroup`);
    // In a container of its own this agent has other process ids than the engine: the group tells.
    if (!procCgroup.includes(id)) throw new Error(`process ${pid} is not of this container`);
    const paths = groups.filesOf(procCgroup);
    if (paths === undefined) throw new Error('there is no accounting for this container');
    return new UsageFiles(paths, ownNetwork ? `${proc}/${pid}/net/dev` : undefined);
  }

  /** @param now monotonic ms. @throws when the container has ended */
  read(now: number): Consumption {
    const [cpu, memory, kinds] = this.#files;
    const held = Number(readAgain(memory)) - parseInactiveFile(readAgain(kinds));
    return {
      at: now,
      cpu: parseGroupCpu(readAgain(cpu)),
      memory: Math.max(0, held),
      ...this.#traffic(),
    };
  }

  // Not kept open: an open file would keep the network of an ended container alive.
  #traffic(): Pick<Consumption, 'in' | 'out'> {
    if (this.netDev === undefined) return {};
    try {
      const traffic = { in: 0, out: 0 };
      for (const counters of parseCounters(readText(this.netDev), (name) => name !== 'lo').values()) {
        traffic.in += counters.in;
        traffic.out += counters.out;
      }
      return traffic;
    } catch {
      return {};
    }
  }

  close(): void {
    this.#files.forEach((file) => closeSync(file));
  }
}

function readAgain(file: number): string {
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
}
