import type { MemoryReading } from '@tocsin/shared';
import { parseMountinfo, type Mount } from '../disk/mountinfo.js';
import type { ReadText } from '../read-text.js';

/** What a container may use and uses, in bytes; without a limit, `limit` is infinite. */
export interface ContainerMemory extends Pick<MemoryReading, 'caches' | 'swapTotal' | 'swapUsed'> {
  limit: number;
  used: number;
}

/** The control group that is the whole world of the agent's container. */
export interface Container {
  read(): ContainerMemory;
}

/**
 * Finds the control group of the container that the agent runs in, or undefined on a host.
 *
 * Asked is what stands at the top of the mounted control groups, never the group of the agent itself: a
 * container sees its own group there, and a host sees the root, which has no limit. So a limit that systemd
 * sets for the agent's unit (`MemoryMax=`) is not taken for one of the host. What systemd 257 adds, a view of
 * its own for a unit (`ProtectControlGroups=private`), looks like a container but for the first process:
 * it is outside of that view. So it is in a container that shares the processes of its host (`--pid=host`),
 * which people do to watch the host.
 */
export function findContainer(read: ReadText): Container | undefined {
  try {
    const mounts = parseMountinfo(read('/proc/self/mountinfo'));
    // A host with both versions has the memory in the first.
    const first = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory'));
    const mount = first ?? mounts.find(({ type }) => type === 'cgroup2');
    if (mount === undefined || !holds(mount, read('/proc/1/cgroup'), first !== undefined)) return undefined;
    const container: Container = {
      read: () => (first ? readFirst : readSecond)((file) => read(`${mount.mount}/${file}`)),
    };
    container.read();
    return container;
  } catch {
    // The root of the second version has no such files, and a hardened unit may not see the first process.
    return undefined;
  }
}

/** Whether the first process lies in or below the group that is mounted. */
function holds({ root }: Mount, groups: string, firstVersion: boolean): boolean {
  const line = firstVersion ? /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m : /^0::(.*)$/m;
  const path = line.exec(groups)?.[1];
  // From within a view of its own, what is outside begins with `/..`.
  if (path === undefined || path.startsWith('/..')) return false;
  return root === '/' || path === root || path.startsWith(`${root}/`);
}

function readSecond(read: ReadText): ContainerMemory {
  const stat = read('memory.stat');
  const swapTotal = optionally(() => bytes(read('memory.swap.max')));
  return {
    limit: bytes(read('memory.max')),
    used: bytes(read('memory.current')) - statistic(stat, 'inactive_file'),
    caches: statistic(stat, 'file') + statistic(stat, 'slab_reclaimable') - statistic(stat, 'shmem'),
    ...(swapTotal !== undefined && { swapTotal, swapUsed: bytes(read('memory.swap.current')) }),
  };
}

/** Swap is not told: the first version counts it together with memory, and often not at all. */
function readFirst(read: ReadText): ContainerMemory {
  const stat = read('memory.stat');
  return {
    limit: bytes(read('memory.limit_in_bytes')),
    used: bytes(read('memory.usage_in_bytes')) - statistic(stat, 'total_inactive_file'),
    caches: statistic(stat, 'total_cache') - statistic(stat, 'total_shmem'),
  };
}

const bytes = (text: string): number => (text.trim() === 'max' ? Infinity : Number(text));

const statistic = (stat: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);

function optionally<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
