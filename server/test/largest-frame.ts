import { CONTAINER_STATES, type Frame, LIMITS, SERVICE_STATES, type SshSource } from '@tocsin/shared';

/** Beyond everything that the protocol bounds a number to. */
const MOST = 2 ** 46;
const PERCENT_MOST = 100;

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

export interface LargestOptions {
  seq: number;
  t: number;
  /** The name of the i-th thing of a kind; each different. */
  name: (kind: string, i: number) => string;
  /** SSH addresses, up to `LIMITS.sshSources`. */
  addresses: string[];
}

/**
 * A frame that has everything as often as the protocol allows. Its values are as small as can be in odd
 * frames and as large as can be in even ones, so that their changes take the most bytes.
 */
export function largestFrame({ seq, t, name, addresses }: LargestOptions): Frame {
  const value = seq % 2 === 0 ? MOST : 0;
  const percent = seq % 2 === 0 ? PERCENT_MOST : 0;
  const pressure = { some: percent, full: percent };
  return {
    seq,
    t,
    cpu: {
      usage: percent,
      user: percent,
      system: percent,
      iowait: percent,
      steal: percent,
      load1: 1e6,
      load5: 1e6,
      load15: 1e6,
      cores: many(LIMITS.cores, () => percent),
    },
    pressure: { cpu: { some: percent }, memory: pressure, io: pressure },
    ram: { total: MOST, used: value, available: value, caches: value, swapTotal: MOST, swapUsed: value },
    disks: many(LIMITS.mounts, (i) => ({
      mount: name('m', i),
      size: MOST,
      used: value,
      usage: percent,
      inodes: MOST,
      inodesUsed: value,
    })),
    devices: many(LIMITS.devices, (i) => ({ name: name('d', i), read: value, write: value, busy: percent })),
    network: {
      in: value,
      out: value,
      interfaces: many(LIMITS.interfaces, (i) => ({
        name: name('i', i),
        in: value,
        out: value,
        packetsIn: value,
        packetsOut: value,
        errors: value,
        drops: value,
      })),
    },
    services: many(LIMITS.services, (i) => ({
      name: name('s', i),
      state: SERVICE_STATES[seq % 2]!,
      restarts: value,
      memory: value,
    })),
    containers: many(LIMITS.containers, (i) => ({
      name: name('c', i),
      state: CONTAINER_STATES[seq % 2]!,
      health: 'healthy' as const,
      cpu: percent,
      memory: value,
      in: value,
      out: value,
    })),
    temperatures: many(LIMITS.sensors, (i) => ({ sensor: name('t', i), celsius: seq % 2 ? -100 : 300 })),
    system: { uptime: 1e11, processes: value, rebootRequired: true, users: [] },
    ssh: {
      attempts: value,
      window: value,
      addresses: value,
      sources: addresses.map((address): SshSource => ({
        address,
        attempts: value,
        users: value,
        topUsers: [],
        breaches: value,
        last: 0,
      })),
    },
    clock: { skew: 1e13 * (seq % 2) },
    agent: { backlog: value, dropped: value, rss: value },
  };
}
