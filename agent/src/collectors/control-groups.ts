import { existsSync } from 'node:fs';

export const CGROUP_ROOT = '/sys/fs/cgroup';

/** The files that tell what a control group uses. */
export interface GroupFiles {
  cpu: string;
  memory: string;
  /** One value for each kind of memory. */
  memoryStat: string;
}

/**
 * Where the kernel tells about control groups: all in one tree (version 2), or a tree for each controller
 * (version 1, and the mixture of both that systemd calls hybrid).
 */
export class ControlGroups {
  readonly unified: boolean;

  constructor(private readonly root = CGROUP_ROOT) {
    this.unified = existsSync(`${root}/cgroup.controllers`);
  }

  /** @param group as systemd and the kernel name it, `/system.slice/nginx.service` */
  memoryFile(group: string): string {
    return this.unified
      ? `${this.root}${group}/memory.current`
      : `${this.root}/memory${group}/memory.usage_in_bytes`;
  }

  /** @param procCgroup the text of `/proc/PID/cgroup`. @returns undefined when it names no group that accounts */
  filesOf(procCgroup: string): GroupFiles | undefined {
    if (this.unified) {
      const [, group] = /^0::(.*)$/m.exec(procCgroup) ?? [];
      if (group === undefined) return undefined;
      const folder = `${this.root}${group}`;
      return {
        cpu: `${folder}/cpu.stat`,
        memory: this.memoryFile(group),
        memoryStat: `${folder}/memory.stat`,
      };
    }
    const cpu = groupOf('cpuacct', procCgroup);
    const memory = groupOf('memory', procCgroup);
    if (cpu === undefined || memory === undefined) return undefined;
    return {
      cpu: `${this.root}/cpuacct${cpu}/cpuacct.usage`,
      memory: this.memoryFile(memory),
      memoryStat: `${this.root}/memory${memory}/memory.stat`,
    };
  }
}

/** The group under a controller of version 1: of lines like `3:cpu,cpuacct:/docker/…`. */
function groupOf(controller: string, procCgroup: string): string | undefined {
  return new RegExp(`^\\d+:(?:[^:\\n]*,)?${controller}(?:,[^:\\n]*)?:(.*)$`, 'm').exec(procCgroup)?.[1];
}

/** Nanoseconds of all cores together, from `cpu.stat` or `cpuacct.usage`. */
export function parseGroupCpu(text: string): number {
  const [, micros] = /^usage_usec (\d+)$/m.exec(text) ?? [];
  return micros === undefined ? Number(text) : Number(micros) * 1000;
}

/** Bytes of files that nobody used lately, which the kernel gives back on demand; the group's and its children's. */
export function parseInactiveFile(memoryStat: string): number {
  const [, whole] = /^total_inactive_file (\d+)$/m.exec(memoryStat) ?? [];
  const [, own] = /^inactive_file (\d+)$/m.exec(memoryStat) ?? [];
  return Number(whole ?? own ?? 0);
}
