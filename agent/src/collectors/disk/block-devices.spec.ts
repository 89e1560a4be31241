import { describe, expect, it } from 'vitest';
import { missing } from '../fixtures/fixture.js';
import type { Selection } from '../name-patterns.js';
import { listBlockDevices, selectDevices } from './block-devices.js';

const all: Selection = { include: [], exclude: [] };
const SYS_BLOCK: Record<string, string> = {
  '/sys/block/loop0/size': '113384\n',
  '/sys/block/zram0/size': '8388608\n',
  '/sys/block/sr0/size': '2097151\n',
  '/sys/block/nbd0/size': '0\n',
  '/sys/block/sda/size': '976773168\n',
  '/sys/block/nvme0n1/size': '1953525168\n',
  '/sys/block/xvda1/size': '16777216\n',
  '/sys/block/md0/size': '976508928\n',
  '/sys/block/dm-0/size': '41943040\n',
  '/sys/block/dm-0/dm/name': 'vg0-root\n',
  '/sys/block/dm-1/size': '8192\n',
  '/sys/block/dm-1/dm/name': 'vg0-pool_tmeta\n',
  '/sys/block/dm-2/size': '8192\n',
  '/sys/block/dm-2/dm/name': 'sda\n',
};
const names = [...new Set(Object.keys(SYS_BLOCK).map((path) => path.split('/')[3]!))];
const selected = (selection = all) => {
  const devices = listBlockDevices(
    selection,
    (path) => SYS_BLOCK[path] ?? missing(path),
    () => names,
  );
  return Object.fromEntries(selectDevices(devices, selection));
};

describe('selectDevices', () => {
  it('takes whole disks, arrays and the volumes that people made, by the names that people know', () => {
    expect(selected()).toEqual({
      sda: 'sda',
      nvme0n1: 'nvme0n1',
      xvda1: 'xvda1',
      md0: 'md0',
      'dm-0': 'vg0-root',
      // A volume that is called like a disk keeps the kernel's name: a name stands once in a frame.
      'dm-2': 'dm-2',
    });
  });

  it('takes what is asked for, and lets an exclusion win', () => {
    const asked = selected({
      include: ['/dev/loop*', '/dev/zram0', '/dev/mapper/vg0-pool*'],
      exclude: ['/dev/zram0', '/dev/md*', '/dev/mapper/vg0-root'],
    });
    expect(Object.values(asked)).toEqual(['loop0', 'sda', 'nvme0n1', 'xvda1', 'vg0-pool_tmeta', 'dm-2']);
  });

  it('passes over a device that goes away while it is looked at', () => {
    const gone = listBlockDevices(all, missing, () => ['sda']);
    expect(gone).toEqual([]);
  });

  it('keeps to the bounds of a frame', () => {
    const many = Array.from({ length: 600 }, (_, at) => ({
      kernelName: `sd${at}`,
      name: `sd${at}`,
      sectors: 1,
    }));
    expect(selectDevices(many, all).size).toBe(512);
  });

  it('finds the disks of this machine', () => {
    const real = listBlockDevices(all, () => '1');
    expect(real.map(({ name }) => name).filter((name) => name.startsWith('loop'))).toEqual([]);
  });
});
