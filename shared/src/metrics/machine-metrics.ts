import { bytes, group, load, none, one, percent, perSecond, rate, share } from './metric-group.js';
import { diskUsage, memoryUsage, swapUsage } from './usage.js';

/** What the hardware and the kernel tell. */
export const MACHINE_METRICS = [
  group('cpu', (frame) => one(frame.cpu), {
    usage: { label: 'CPU', help: 'Share of all cores that was busy.', ...percent, read: (c) => c.usage },
    user: { label: 'CPU user', help: 'Share spent in programs.', ...percent, read: (c) => c.user },
    system: { label: 'CPU system', help: 'Share spent in the kernel.', ...percent, read: (c) => c.system },
    iowait: {
      label: 'CPU iowait',
      help: 'Share idle while waiting for disks.',
      ...percent,
      read: (c) => c.iowait,
    },
    steal: {
      label: 'CPU steal',
      help: 'Share that the hypervisor gave to others.',
      ...percent,
      read: (c) => c.steal,
    },
    load1: { label: 'Load 1 min', help: 'Load average over one minute.', ...load, read: (c) => c.load1 },
    load5: { label: 'Load 5 min', help: 'Load average over five minutes.', ...load, read: (c) => c.load5 },
    load15: {
      label: 'Load 15 min',
      help: 'Load average over fifteen minutes.',
      ...load,
      read: (c) => c.load15,
    },
  }),
  group(
    'core',
    (frame) => (frame.cpu?.cores ?? none).map((usage, core) => ({ usage, core })),
    {
      usage: { label: 'Core', help: 'Share of one core that was busy.', ...percent, read: (c) => c.usage },
    },
    { kind: 'core', name: (c) => String(c.core) },
  ),
  group('pressure', (frame) => one(frame.pressure), {
    cpu: {
      label: 'CPU pressure',
      help: 'Share of time in which some tasks waited for a core.',
      ...percent,
      read: (p) => p.cpu?.some,
    },
    memory: {
      label: 'Memory pressure',
      help: 'Share of time in which some tasks waited for memory.',
      ...percent,
      read: (p) => p.memory?.some,
    },
    memoryFull: {
      label: 'Memory pressure, all',
      help: 'Share of time in which all tasks waited for memory.',
      ...percent,
      read: (p) => p.memory?.full,
    },
    io: {
      label: 'Disk pressure',
      help: 'Share of time in which some tasks waited for a disk.',
      ...percent,
      read: (p) => p.io?.some,
    },
    ioFull: {
      label: 'Disk pressure, all',
      help: 'Share of time in which all tasks waited for a disk.',
      ...percent,
      read: (p) => p.io?.full,
    },
  }),
  group('ram', (frame) => one(frame.ram), {
    usage: {
      label: 'Memory',
      help: 'Share of memory in use, caches left out.',
      ...percent,
      read: memoryUsage,
    },
    used: { label: 'Memory used', help: 'Memory in use, caches left out.', ...bytes, read: (r) => r.used },
    total: { label: 'Memory size', help: 'Memory that the host has.', ...bytes, read: (r) => r.total },
    caches: {
      label: 'Caches',
      help: 'Memory that holds copies of what is on disk and can be had back.',
      ...bytes,
      read: (r) => r.caches,
    },
  }),
  group('swap', (frame) => one(frame.ram), {
    usage: {
      label: 'Swap',
      help: 'Share of swap in use; nothing on a host without swap.',
      ...percent,
      read: swapUsage,
    },
    used: {
      label: 'Swap used',
      help: 'Swap in use.',
      ...bytes,
      read: (r) => (r.swapTotal ? r.swapUsed : undefined),
    },
  }),
  group(
    'disk',
    (frame) => frame.disks ?? none,
    {
      usage: {
        label: 'Disk',
        help: 'Share of the file system that is not available to users any more.',
        ...percent,
        read: diskUsage,
      },
      used: { label: 'Disk used', help: 'Space in use on the file system.', ...bytes, read: (d) => d.used },
      size: { label: 'Disk size', help: 'Size of the file system.', ...bytes, read: (d) => d.size },
      inodes: {
        label: 'Inodes',
        help: 'Share of the file system’s inodes in use.',
        ...percent,
        read: (d) => share(d.inodesUsed ?? 0, d.inodes ?? 0),
      },
    },
    { kind: 'mount', name: (d) => d.mount },
  ),
  group(
    'device',
    (frame) => frame.devices ?? none,
    {
      read: {
        label: 'Disk read',
        help: 'Bytes read from the device per second.',
        ...rate,
        read: (d) => d.read,
      },
      write: {
        label: 'Disk write',
        help: 'Bytes written to the device per second.',
        ...rate,
        read: (d) => d.write,
      },
      busy: {
        label: 'Disk busy',
        help: 'Share of time in which the device had something to do.',
        ...percent,
        read: (d) => d.busy,
      },
    },
    { kind: 'device', name: (d) => d.name },
  ),
  group('net', (frame) => one(frame.network), {
    in: {
      label: 'Network in',
      help: 'Bytes received per second on all counted interfaces.',
      ...rate,
      read: (n) => n.in,
    },
    out: {
      label: 'Network out',
      help: 'Bytes sent per second on all counted interfaces.',
      ...rate,
      read: (n) => n.out,
    },
  }),
  group(
    'interface',
    (frame) => frame.network?.interfaces ?? none,
    {
      in: {
        label: 'Interface in',
        help: 'Bytes received per second on the interface.',
        ...rate,
        read: (i) => i.in,
      },
      out: {
        label: 'Interface out',
        help: 'Bytes sent per second on the interface.',
        ...rate,
        read: (i) => i.out,
      },
      packetsIn: {
        label: 'Packets in',
        help: 'Packets received per second on the interface.',
        ...perSecond,
        read: (i) => i.packetsIn,
      },
      packetsOut: {
        label: 'Packets out',
        help: 'Packets sent per second on the interface.',
        ...perSecond,
        read: (i) => i.packetsOut,
      },
      errors: {
        label: 'Interface errors',
        help: 'Packets per second that were faulty, in both directions.',
        ...perSecond,
        read: (i) => i.errors,
      },
      drops: {
        label: 'Interface drops',
        help: 'Packets per second that were dropped, in both directions.',
        ...perSecond,
        read: (i) => i.drops,
      },
    },
    { kind: 'interface', name: (i) => i.name },
  ),
  group(
    'temperature',
    (frame) => frame.temperatures ?? none,
    {
      celsius: {
        label: 'Temperature',
        help: 'Temperature that a sensor of the host reports.',
        unit: 'celsius',
        resolution: 0.1,
        read: (t) => t.celsius,
      },
    },
    { kind: 'sensor', name: (t) => t.sensor },
  ),
];
