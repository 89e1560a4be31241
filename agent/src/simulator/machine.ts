import type {
  CpuReading,
  DeviceReading,
  DiskReading,
  MemoryReading,
  NetworkReading,
  PressureReading,
  SystemReading,
  TemperatureReading,
} from '@tocsin/shared';
import { HOUR, wave } from './rhythm.js';

const GB = 2 ** 30;
export const MEMORY = 16 * GB;
export const CORES = 4;
export const BOOT_TIME = Date.UTC(2026, 0, 1);

const DISKS = [
  { mount: '/', size: 80 * GB, share: 0.41, inodes: 5_242_880 },
  { mount: '/var/lib/data', size: 500 * GB, share: 0.68, inodes: 32_768_000 },
];
const DEVICES = [
  { name: 'vda', read: 2e5, write: 6e5, busy: 3 },
  { name: 'vdb', read: 4e6, write: 2.5e6, busy: 14 },
];

export const hundredths = (value: number): number => Math.round(value * 100) / 100;
export const tenths = (value: number): number => Math.round(value * 10) / 10;
const percent = (value: number): number => Math.min(100, Math.max(0, value));

export function cpu(t: number, usage: number): CpuReading {
  const load = usage / 25;
  return {
    usage,
    user: hundredths(usage * 0.7),
    system: hundredths(usage * 0.25),
    iowait: hundredths(usage * 0.03),
    steal: 0,
    load1: hundredths(load),
    load5: hundredths(load * 0.8 + 0.2),
    load15: hundredths(load * 0.5 + 0.5),
    cores: Array.from({ length: CORES }, (_, core) =>
      tenths(percent(usage * (1 + 0.3 * wave(t, 11_000 + 2_000 * core, core)))),
    ),
  };
}

/** @param spike from 0 to 1, as in all of these */
export function pressure(t: number, spike: number): PressureReading {
  return {
    cpu: { some: hundredths(1.2 + wave(t, 20_000) + 45 * spike) },
    memory: { some: hundredths(4 * spike), full: hundredths(spike) },
    io: { some: hundredths(2 + 1.5 * wave(t, 30_000)), full: hundredths(0.8 + 0.6 * wave(t, 30_000)) },
  };
}

export function ram(t: number, spike: number): MemoryReading {
  const used = Math.round(MEMORY * (0.52 + 0.05 * wave(t, 240_000) + 0.08 * spike));
  return {
    total: MEMORY,
    used,
    available: MEMORY - used,
    caches: Math.round(MEMORY * (0.24 - 0.06 * spike + 0.02 * wave(t, 300_000))),
    swapTotal: 2 * GB,
    swapUsed: Math.round(0.1 * GB * (1 + wave(t, 600_000))),
  };
}

export const disks = (t: number): DiskReading[] =>
  DISKS.map(({ mount, size, share, inodes }) => {
    const used = Math.round(size * (share + 0.02 * wave(t, HOUR)));
    return {
      mount,
      size,
      used,
      available: size - used,
      inodes,
      inodesUsed: Math.round(inodes * share * 0.2),
    };
  });

export const devices = (t: number, spike: number): DeviceReading[] =>
  DEVICES.map(({ name, read, write, busy }, at) => {
    const flow = 1.1 + wave(t, 25_000, at) + 2 * spike;
    return {
      name,
      read: Math.round(read * flow),
      write: Math.round(write * flow),
      busy: tenths(percent(busy * flow)),
    };
  });

export function network(t: number): NetworkReading {
  const received = Math.round(1.6e6 * (1.1 + wave(t, 40_000)) + 2e5 * (1 + wave(t, 3_000)));
  const sent = Math.round(2.9e6 * (1.1 + wave(t, 55_000, 2)) + 3e5 * (1 + wave(t, 4_000)));
  const eth0 = {
    name: 'eth0',
    in: received,
    out: sent,
    packetsIn: Math.round(received / 900),
    packetsOut: Math.round(sent / 1100),
    errors: 0,
    drops: wave(t, 50_000, 3) > 0.8 ? 0.4 : 0,
  };
  return { in: received, out: sent, interfaces: [eth0] };
}

export const temperatures = (t: number, usage: number): TemperatureReading[] => [
  { sensor: 'coretemp Package id 0', celsius: tenths(41 + usage * 0.38 + wave(t, 15_000)) },
  { sensor: 'nvme Composite', celsius: tenths(38 + 2.5 * wave(t, 400_000)) },
];

export function system(t: number): SystemReading {
  const hour = Math.floor(t / HOUR);
  const ada = { name: 'ada', terminal: 'pts/0', from: '192.0.2.15', since: (hour - (hour % 8)) * HOUR };
  const grace = { name: 'grace', terminal: 'pts/1', from: '2001:db8::15', since: hour * HOUR };
  return {
    uptime: Math.max(0, Math.floor((t - BOOT_TIME) / 1000)),
    processes: Math.round(214 + 12 * wave(t, 70_000)),
    rebootRequired: false,
    // Somebody is there always, and somebody else every other hour.
    users: hour % 2 === 0 ? [ada, grace] : [ada],
  };
}
