import Type from 'typebox';
import { LIMITS } from './limits.js';

const strict = { additionalProperties: false } as const;
/** Bytes, or bytes per second. The bound keeps sums of a minute exact in a double. */
const bytes = () => Type.Number({ minimum: 0, maximum: 2 ** 46 });
const percent = () => Type.Number({ minimum: 0, maximum: 100 });
const count = () => Type.Integer({ minimum: 0, maximum: 2 ** 46 });
const name = () => Type.String({ minLength: 1, maxLength: LIMITS.nameLength });

/** Bytes per second, or anything else per second, since the previous frame. */
const rate = () => Type.Number({ minimum: 0, maximum: 2 ** 46 });
const words = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const optional = Type.Optional;
const utc = () => Type.Integer({ minimum: 0, maximum: 8.64e15 });

/** Shares of all cores together, in percent; load averages as the kernel gives them. */
export const CpuReading = Type.Object(
  {
    usage: percent(),
    user: optional(percent()),
    system: optional(percent()),
    iowait: optional(percent()),
    steal: optional(percent()),
    load1: optional(Type.Number({ minimum: 0, maximum: 1e6 })),
    load5: optional(Type.Number({ minimum: 0, maximum: 1e6 })),
    load15: optional(Type.Number({ minimum: 0, maximum: 1e6 })),
    /** Usage of each core, by its number. */
    cores: optional(Type.Array(percent(), { maxItems: LIMITS.cores })),
  },
  strict,
);

const Some = Type.Object({ some: percent() }, strict);
const SomeAndFull = Type.Object({ some: percent(), full: optional(percent()) }, strict);

/**
 * Pressure stall information: the share of time since the previous frame in which some, or all, tasks
 * waited for a resource. Source: Documentation/accounting/psi.rst of the Linux kernel.
 */
export const PressureReading = Type.Object(
  {
    cpu: optional(Some),
    memory: optional(SomeAndFull),
    io: optional(SomeAndFull),
  },
  strict,
);

/** Bytes. `used` is total minus available, so caches count as free. */
export const MemoryReading = Type.Object(
  {
    total: optional(bytes()),
    used: optional(bytes()),
    available: optional(bytes()),
    /** For a reporter that knows the share and no sizes, in percent. */
    usage: optional(percent()),
    /** Page cache, buffers and reclaimable slabs. */
    caches: optional(bytes()),
    swapTotal: optional(bytes()),
    swapUsed: optional(bytes()),
    /** `total` is the limit of the control group that the agent runs in, not what the machine has. */
    limited: optional(Type.Boolean()),
  },
  strict,
);

/** One mounted file system. `available` is what an unprivileged user may still write. */
export const DiskReading = Type.Object(
  {
    mount: name(),
    size: optional(bytes()),
    used: optional(bytes()),
    available: optional(bytes()),
    /** For a reporter that knows the share and no sizes, in percent. */
    usage: optional(percent()),
    inodes: optional(count()),
    inodesUsed: optional(count()),
    readOnly: optional(Type.Boolean()),
  },
  strict,
);

/** One block device; bytes per second, and the share of time in which it had something to do. */
export const DeviceReading = Type.Object(
  { name: name(), read: rate(), write: rate(), busy: percent() },
  strict,
);

/** Per second since the previous frame; errors and drops of both directions together. */
export const InterfaceReading = Type.Object(
  {
    name: name(),
    in: bytes(),
    out: bytes(),
    packetsIn: optional(rate()),
    packetsOut: optional(rate()),
    errors: optional(rate()),
    drops: optional(rate()),
  },
  strict,
);

export const NetworkReading = Type.Object(
  {
    in: bytes(),
    out: bytes(),
    interfaces: Type.Array(InterfaceReading, { maxItems: LIMITS.interfaces }),
  },
  strict,
);

/** systemd's ActiveState, and `not-found` for a unit that the host does not have. */
export const SERVICE_STATES = [
  'active',
  'reloading',
  'inactive',
  'failed',
  'activating',
  'deactivating',
  'maintenance',
  'not-found',
] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

export const ServiceReading = Type.Object(
  {
    name: name(),
    state: Type.Enum(SERVICE_STATES),
    subState: optional(Type.String({ maxLength: 64 })),
    /** UTC ms at which the present state began. */
    since: optional(utc()),
    restarts: optional(count()),
    /** Bytes, as systemd accounts them. */
    memory: optional(bytes()),
  },
  strict,
);

export const CONTAINER_STATES = [
  'running',
  'paused',
  'restarting',
  'created',
  'removing',
  'exited',
  'dead',
] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];
export const CONTAINER_HEALTH = ['healthy', 'unhealthy', 'starting'] as const;

/** One container of Docker or Podman. `cpu` is a share of all cores of the host. */
export const ContainerReading = Type.Object(
  {
    name: name(),
    image: optional(words(256)),
    state: Type.Enum(CONTAINER_STATES),
    /** Left out where the container has no health check. */
    health: optional(Type.Enum(CONTAINER_HEALTH)),
    cpu: optional(percent()),
    memory: optional(bytes()),
    /** Bytes per second. */
    in: optional(rate()),
    out: optional(rate()),
  },
  strict,
);

export const TemperatureReading = Type.Object(
  { sensor: name(), celsius: Type.Number({ minimum: -100, maximum: 300 }) },
  strict,
);

/** Somebody who is logged in. */
export const LoggedInUser = Type.Object(
  {
    name: words(64),
    terminal: optional(words(64)),
    /** Address or host name that the login came from. */
    from: optional(words(256)),
    since: optional(utc()),
  },
  strict,
);

export const SystemReading = Type.Object(
  {
    /** Seconds since the host was started. */
    uptime: optional(Type.Number({ minimum: 0, maximum: 1e11 })),
    processes: optional(count()),
    rebootRequired: optional(Type.Boolean()),
    users: optional(Type.Array(LoggedInUser, { maxItems: LIMITS.users })),
  },
  strict,
);

/** How far the host's clock is ahead of the hub's, in ms; negative when it is behind. */
export const ClockReading = Type.Object({ skew: Type.Number({ minimum: -1e13, maximum: 1e13 }) }, strict);

/** What the agent says of itself. */
export const AgentReading = Type.Object(
  {
    /** Frames that the hub has not acknowledged. */
    backlog: count(),
    /** Frames given up since the start of the agent: a bound was reached, or the disk has lost them. */
    dropped: count(),
    /** Resident memory in bytes. */
    rss: optional(bytes()),
  },
  strict,
);

/** Failed SSH logins of one source address within `SSH_WINDOW_MS`. */
export const SshSource = Type.Object(
  {
    /** IPv4 or IPv6 address, or an IPv6 network as `2001:db8:1:2::/64`. */
    address: words(64),
    attempts: count(),
    /** Different user names that were tried. */
    users: count(),
    /** The user names that were tried most, most first. */
    topUsers: Type.Array(Type.Object({ name: words(64), attempts: count() }, strict), {
      maxItems: LIMITS.sshTopUsers,
    }),
    /** Logins that were accepted from here after at least `SSH_BREACH_AFTER` failures in the window. */
    breaches: optional(count()),
    /** UTC ms of the last attempt. */
    last: utc(),
  },
  strict,
);

/** A login that was let in. */
export const SshLogin = Type.Object(
  {
    t: utc(),
    address: words(64),
    user: words(64),
    /** `password`, `publickey`, … */
    method: optional(words(64)),
    /** Failed attempts of the same address in the window before. */
    failures: count(),
  },
  strict,
);

export const SshReading = Type.Object(
  {
    /** Failed attempts since the previous frame; each is counted in one frame exactly. */
    attempts: count(),
    /** Failed attempts within the window, from all addresses. */
    window: count(),
    /** Different addresses within the window; `sources` holds those with the most attempts. */
    addresses: count(),
    sources: Type.Array(SshSource, { maxItems: LIMITS.sshSources }),
    /** Since the previous frame. */
    accepted: optional(Type.Array(SshLogin, { maxItems: LIMITS.sshLogins })),
  },
  strict,
);

/** A collector that gave nothing this time, and why. Its part of the frame is left out. */
export const CollectorFailure = Type.Object(
  { collector: Type.String({ minLength: 1, maxLength: 64 }), error: Type.String({ maxLength: 256 }) },
  strict,
);

/** What an agent reports about its host at one moment. */
export const Frame = Type.Object(
  {
    /** Counts up by one for each frame of one agent start (`bootId`). */
    seq: Type.Integer({ minimum: 0, maximum: 2 ** 46 }),
    /** UTC ms, by the hub's clock where the host's is far off. */
    t: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    cpu: optional(CpuReading),
    pressure: optional(PressureReading),
    ram: optional(MemoryReading),
    disks: optional(Type.Array(DiskReading, { maxItems: LIMITS.mounts })),
    devices: optional(Type.Array(DeviceReading, { maxItems: LIMITS.devices })),
    network: optional(NetworkReading),
    services: optional(Type.Array(ServiceReading, { maxItems: LIMITS.services })),
    containers: optional(Type.Array(ContainerReading, { maxItems: LIMITS.containers })),
    temperatures: optional(Type.Array(TemperatureReading, { maxItems: LIMITS.sensors })),
    system: optional(SystemReading),
    ssh: optional(SshReading),
    clock: optional(ClockReading),
    agent: optional(AgentReading),
    failures: optional(Type.Array(CollectorFailure, { maxItems: 64 })),
  },
  strict,
);

/**
 * A frame of the present for whoever watches the host, between two that are stored: it has no number, is
 * never acknowledged and not sent again.
 */
export const LiveFrame = Type.Omit(Frame, ['seq'], strict);
export type LiveFrame = Type.Static<typeof LiveFrame>;

export type CpuReading = Type.Static<typeof CpuReading>;
export type MemoryReading = Type.Static<typeof MemoryReading>;
export type DiskReading = Type.Static<typeof DiskReading>;
export type InterfaceReading = Type.Static<typeof InterfaceReading>;
export type NetworkReading = Type.Static<typeof NetworkReading>;
export type ServiceReading = Type.Static<typeof ServiceReading>;
export type PressureReading = Type.Static<typeof PressureReading>;
export type DeviceReading = Type.Static<typeof DeviceReading>;
export type ContainerReading = Type.Static<typeof ContainerReading>;
export type TemperatureReading = Type.Static<typeof TemperatureReading>;
export type LoggedInUser = Type.Static<typeof LoggedInUser>;
export type SystemReading = Type.Static<typeof SystemReading>;
export type ClockReading = Type.Static<typeof ClockReading>;
export type AgentReading = Type.Static<typeof AgentReading>;
export type SshSource = Type.Static<typeof SshSource>;
export type SshLogin = Type.Static<typeof SshLogin>;
export type SshReading = Type.Static<typeof SshReading>;
export type CollectorFailure = Type.Static<typeof CollectorFailure>;
export type Frame = Type.Static<typeof Frame>;
