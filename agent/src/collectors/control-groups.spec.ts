import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlGroups, parseGroupCpu, parseInactiveFile } from './control-groups.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const unified = () => {
  writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu io memory hugetlb pids rdma misc\n');
  return new ControlGroups(root);
};
const captured = (name: string) =>
  readFileSync(new URL(`containers/fixtures/${name}`, import.meta.url), 'utf8');

describe('ControlGroups', () => {
  it('finds the files of a group in the one tree of version 2', () => {
    for (const engine of ['docker', 'podman']) {
      const [, group] = /^0::(.*)$/m.exec(captured(`cgroup-${engine}-unified.txt`))!;
      expect(unified().filesOf(captured(`cgroup-${engine}-unified.txt`))).toEqual({
        cpu: `${root}${group}/cpu.stat`,
        memory: `${root}${group}/memory.current`,
        memoryStat: `${root}${group}/memory.stat`,
      });
    }
  });

  it('finds them under their controllers in version 1 and in the mixture', () => {
    const [, group] = /^0::(.*)$/m.exec(captured('cgroup-docker-hybrid.txt'))!;
    expect(new ControlGroups(root).filesOf(captured('cgroup-docker-hybrid.txt'))).toEqual({
      cpu: `${root}/cpuacct${group}/cpuacct.usage`,
      memory: `${root}/memory${group}/memory.usage_in_bytes`,
      memoryStat: `${root}/memory${group}/memory.stat`,
    });
  });

  it('knows a controller that shares its tree with another', () => {
    const text = '4:memory:/a\n3:cpu,cpuacct:/b\n1:name=systemd:/c\n0::/d\n';
    expect(new ControlGroups(root).filesOf(text)).toMatchObject({
      cpu: `${root}/cpuacct/b/cpuacct.usage`,
      memory: `${root}/memory/a/memory.usage_in_bytes`,
    });
  });

  it('finds nothing where nothing is accounted', () => {
    expect(unified().filesOf('1:name=systemd:/a\n')).toBeUndefined();
    rmSync(join(root, 'cgroup.controllers'));
    mkdirSync(join(root, 'unified'));
    expect(new ControlGroups(root).filesOf('3:cpuacct:/a\n0::/a\n')).toBeUndefined();
  });
});

describe('parseGroupCpu', () => {
  it('reads nanoseconds of either version', () => {
    expect(parseGroupCpu(captured('cpu-stat-unified.txt'))).toBe(482_947_000);
    expect(parseGroupCpu('1234000\n')).toBe(1_234_000);
  });
});

describe('parseInactiveFile', () => {
  it('takes that of the children too, which version 1 tells apart', () => {
    expect(parseInactiveFile('cache 5\ninactive_file 7\ntotal_inactive_file 9\n')).toBe(9);
    expect(parseInactiveFile('anon 5\ninactive_file 7\nactive_file 1\n')).toBe(7);
    expect(parseInactiveFile(captured('memory-stat-unified.txt'))).toBe(0);
  });
});
