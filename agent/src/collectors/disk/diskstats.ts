import { Columns } from '../columns.js';

/** What a block device has done since it came up. */
export interface DeviceCounters {
  /** Bytes. */
  read: number;
  written: number;
  /** In ms, with something to do. */
  busy: number;
}

/** `/proc/diskstats` counts in sectors of this size, whatever the device's own is. */
const SECTOR = 512;

/** Reads `/proc/diskstats` for the devices that are wanted, by the kernel's names, in its order. */
export function parseDiskstats(
  diskstats: string,
  isWanted: (name: string) => boolean,
): Map<string, DeviceCounters> {
  const counters = new Map<string, DeviceCounters>();
  const columns = new Columns(diskstats);
  do {
    columns.skip(2);
    const name = columns.word();
    if (name === '' || !isWanted(name)) continue;
    columns.skip(2);
    const read = columns.number() * SECTOR;
    columns.skip(3);
    const written = columns.number() * SECTOR;
    columns.skip(2);
    const busy = columns.number();
    // Partitions in very old kernels have fewer columns.
    if (!Number.isNaN(busy)) counters.set(name, { read, written, busy });
  } while (columns.nextLine());
  return counters;
}
