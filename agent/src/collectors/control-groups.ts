import { existsSync } from 'node:fs';

export const CGROUP_ROOT = '/sys/fs/cgroup';

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
}
