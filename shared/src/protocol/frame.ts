import Type from 'typebox';
import { LIMITS } from './limits.js';

const strict = { additionalProperties: false } as const;
/** Bytes, or bytes per second. The bound keeps sums of a minute exact in a double. */
const bytes = () => Type.Number({ minimum: 0, maximum: 2 ** 46 });
const percent = () => Type.Number({ minimum: 0, maximum: 100 });
const count = () => Type.Integer({ minimum: 0, maximum: 2 ** 46 });
const name = () => Type.String({ minLength: 1, maxLength: LIMITS.nameLength });

/** Shares of all cores together, in percent; load averages as the kernel gives them. */
export const CpuReading = Type.Object(
  {
    usage: percent(),
    user: percent(),
    system: percent(),
    iowait: percent(),
    steal: percent(),
    load1: Type.Number({ minimum: 0, maximum: 1e6 }),
    load5: Type.Number({ minimum: 0, maximum: 1e6 }),
    load15: Type.Number({ minimum: 0, maximum: 1e6 }),
  },
  strict,
);

/** Bytes. `used` is total minus available, so caches count as free. */
export const MemoryReading = Type.Object(
  { total: bytes(), used: bytes(), available: bytes(), swapTotal: bytes(), swapUsed: bytes() },
  strict,
);

/** One mounted file system. `available` is what an unprivileged user may still write. */
export const DiskReading = Type.Object(
  {
    mount: name(),
    size: bytes(),
    used: bytes(),
    available: bytes(),
    inodes: Type.Optional(count()),
    inodesUsed: Type.Optional(count()),
  },
  strict,
);

/** Bytes per second since the previous frame. */
export const InterfaceReading = Type.Object({ name: name(), in: bytes(), out: bytes() }, strict);

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
    subState: Type.Optional(Type.String({ maxLength: 64 })),
    /** UTC ms at which the present state began. */
    since: Type.Optional(Type.Integer({ minimum: 0 })),
    restarts: Type.Optional(count()),
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
    /** UTC ms. */
    t: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    cpu: Type.Optional(CpuReading),
    ram: Type.Optional(MemoryReading),
    disks: Type.Optional(Type.Array(DiskReading, { maxItems: LIMITS.mounts })),
    network: Type.Optional(NetworkReading),
    services: Type.Optional(Type.Array(ServiceReading, { maxItems: LIMITS.services })),
    failures: Type.Optional(Type.Array(CollectorFailure, { maxItems: 64 })),
  },
  strict,
);

export type CpuReading = Type.Static<typeof CpuReading>;
export type MemoryReading = Type.Static<typeof MemoryReading>;
export type DiskReading = Type.Static<typeof DiskReading>;
export type InterfaceReading = Type.Static<typeof InterfaceReading>;
export type NetworkReading = Type.Static<typeof NetworkReading>;
export type ServiceReading = Type.Static<typeof ServiceReading>;
export type CollectorFailure = Type.Static<typeof CollectorFailure>;
export type Frame = Type.Static<typeof Frame>;
