import { SERVICE_STATES, type Frame } from '../protocol/frame.js';

export type Unit = 'percent' | 'bytes' | 'bytesPerSecond' | 'load' | 'count' | 'state';

/** What tells the instances of a metric apart: one value per mount point, interface or service. */
export type InstanceKind = 'mount' | 'interface' | 'service';

/** One thing that is measured. Frames, rules, charts and documents all follow from this description. */
export interface Metric {
  id: string;
  label: string;
  /** One sentence for people who choose this metric for a rule. */
  help: string;
  unit: Unit;
  /** The smallest step that is stored, in the metric's unit; values are kept as whole multiples of it. */
  resolution: number;
  instance?: InstanceKind;
}

type Read<Part> = (part: Part) => number | undefined;
type Described<Part> = Omit<Metric, 'id' | 'instance'> & { read: Read<Part> };

/** Metrics that are read from the same part of a frame. */
export interface MetricGroup<Part = unknown> {
  prefix: string;
  instance?: InstanceKind;
  parts: (frame: Frame) => readonly Part[];
  name?: (part: Part) => string;
  metrics: { metric: Metric; read: Read<Part> }[];
}

function group<Part>(
  prefix: string,
  parts: (frame: Frame) => readonly Part[],
  described: Record<string, Described<Part>>,
  instance?: { kind: InstanceKind; name: (part: Part) => string },
): MetricGroup<Part> {
  const metrics = Object.entries(described).map(([name, { read, ...rest }]) => ({
    metric: { id: `${prefix}.${name}`, ...rest, ...(instance && { instance: instance.kind }) },
    read,
  }));
  return { prefix, parts, metrics, ...(instance && { instance: instance.kind, name: instance.name }) };
}

const none: readonly never[] = [];
const one = <Part>(part: Part | undefined): readonly Part[] => (part === undefined ? none : [part]);
const share = (part: number, whole: number): number | undefined =>
  whole > 0 ? Math.min(100, (part / whole) * 100) : undefined;

const percent = { unit: 'percent', resolution: 0.1 } as const;
const bytes = { unit: 'bytes', resolution: 65_536 } as const;
const rate = { unit: 'bytesPerSecond', resolution: 1 } as const;
const load = { unit: 'load', resolution: 0.01 } as const;
const count = { unit: 'count', resolution: 1 } as const;

/** Code of a service's state as it is stored: its place in `SERVICE_STATES`. */
export const serviceStateCode = (state: (typeof SERVICE_STATES)[number]): number =>
  SERVICE_STATES.indexOf(state);

const groups = [
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
  group('ram', (frame) => one(frame.ram), {
    usage: {
      label: 'Memory',
      help: 'Share of memory in use, caches left out.',
      ...percent,
      read: (r) => share(r.used, r.total),
    },
    used: { label: 'Memory used', help: 'Memory in use, caches left out.', ...bytes, read: (r) => r.used },
    total: { label: 'Memory size', help: 'Memory that the host has.', ...bytes, read: (r) => r.total },
  }),
  group('swap', (frame) => one(frame.ram), {
    usage: {
      label: 'Swap',
      help: 'Share of swap in use; nothing on a host without swap.',
      ...percent,
      read: (r) => share(r.swapUsed, r.swapTotal),
    },
    used: {
      label: 'Swap used',
      help: 'Swap in use.',
      ...bytes,
      read: (r) => (r.swapTotal > 0 ? r.swapUsed : undefined),
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
        read: (d) => share(d.used, d.used + d.available),
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
    },
    { kind: 'interface', name: (i) => i.name },
  ),
  group(
    'service',
    (frame) => frame.services ?? none,
    {
      active: {
        label: 'Service active',
        help: '1 while the service is active, else 0.',
        ...count,
        read: (s) => (s.state === 'active' || s.state === 'reloading' ? 1 : 0),
      },
      state: {
        label: 'Service state',
        help: 'State of the service as a code.',
        unit: 'state',
        resolution: 1,
        read: (s) => serviceStateCode(s.state),
      },
      restarts: {
        label: 'Service restarts',
        help: 'How often systemd restarted the service.',
        ...count,
        read: (s) => s.restarts,
      },
    },
    { kind: 'service', name: (s) => s.name },
  ),
];

/** In the order in which a frame is read. Each group is checked against its own part's type above. */
export const METRIC_GROUPS = groups as unknown as readonly MetricGroup[];

/** Made by the hub itself, never sent by an agent. */
export const HOST_LOST: Metric = {
  id: 'host.lost',
  label: 'Host lost',
  help: '1 while the hub hears nothing from the host, else 0. A planned stop counts as 0.',
  unit: 'count',
  resolution: 1,
};

/** Every metric by its id. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...METRIC_GROUPS.flatMap((g) => g.metrics.map((m) => m.metric)), HOST_LOST].map((m) => [m.id, m]),
);
