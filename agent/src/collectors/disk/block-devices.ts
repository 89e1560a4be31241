import { readdirSync } from 'node:fs';
import { LIMITS } from '@tocsin/shared/limits';
import { namePatterns, type Selection } from '../name-patterns.js';
import { printable } from '../printable.js';
import type { ReadText } from '../read-text.js';

/** A whole block device, as `/sys/block` tells of it: a disk, an array of disks, or a mapped one. */
export interface BlockDevice {
  /** As the kernel calls it: `sda`, `nvme0n1`, `md0`, `dm-3`. */
  kernelName: string;
  /** As people call it: `vg0-root` for `dm-3`. */
  name: string;
  /** Of an empty card reader or a network device that is not connected this is 0. */
  sectors: number;
}

/** In memory, images of files, and drives whose medium comes and goes. */
const isNoDisk = namePatterns('ram* zram* loop* fd* sr*'.split(' '));

/**
 * Partitions do not stand in `/sys/block`, and a Xen disk that is called like one does.
 *
 * @param selection what is ruled out by its name is not looked at
 */
export function listBlockDevices(
  selection: Selection,
  read: ReadText,
  list: (folder: string) => string[] = readdirSync,
): BlockDevice[] {
  const included = namePatterns(selection.include);
  const devices: BlockDevice[] = [];
  for (const kernelName of list('/sys/block')) {
    if (isNoDisk(kernelName) && !included(`/dev/${kernelName}`)) continue;
    try {
      const folder = `/sys/block/${kernelName}`;
      const name = kernelName.startsWith('dm-')
        ? printable(read(`${folder}/dm/name`), LIMITS.nameLength)
        : '';
      devices.push({ kernelName, name: name || kernelName, sectors: Number(read(`${folder}/size`)) });
    } catch {
      // It went away between the two readings.
    }
  }
  return devices;
}

/**
 * What LVM and Docker make for themselves: pools, copies and the pieces of volumes. The volumes that people
 * made of them are watched.
 */
const isPiece = namePatterns(
  (
    '*-tpool *_tmeta *_tdata *_cmeta *_cdata *_cvol *_corig *_cpool *_rmeta_* *_rimage_* *_mimage_* *_mlog ' +
    '*_vorigin *_wcorig *_pmspare *-real *-cow docker-*'
  ).split(' '),
);

/**
 * The devices to watch, kernel's name to name. An array and a mapped device are watched beside the disks
 * below them, as each can be the one that is slow. People select them as `/dev/sda`, `/dev/mapper/vg0-root`.
 */
export function selectDevices(
  devices: readonly BlockDevice[],
  { include, exclude }: Selection,
): Map<string, string> {
  const included = namePatterns(include);
  const excluded = namePatterns(exclude);
  const selected = new Map<string, string>();
  const names = new Set(devices.map(({ kernelName }) => kernelName));
  for (const { kernelName, name, sectors } of devices) {
    const mapped = kernelName !== name;
    const fits = (pattern: (path: string) => boolean) =>
      pattern(`/dev/${kernelName}`) || (mapped && pattern(`/dev/mapper/${name}`));
    if (!(sectors > 0) || fits(excluded)) continue;
    if (mapped && isPiece(name) && !fits(included)) continue;
    // A name stands once in a frame, and a mapped device may have been given that of a disk.
    const unique = mapped && names.has(name) ? kernelName : name;
    names.add(unique);
    selected.set(kernelName, unique);
    if (selected.size === LIMITS.devices) break;
  }
  return selected;
}
