import type { Frame } from '@tocsin/shared';

const GB = 2 ** 30;

/** Every part that a frame can have, with values to find again on a page. */
export const fullFrame = (t: number): Omit<Frame, 'seq'> => ({
  t,
  cpu: {
    ...{ usage: 42, user: 30, system: 10, iowait: 2, steal: 0, load1: 1.2, load5: 1, load15: 0.8 },
    cores: [80, 12, 95, 3, 40, 41, 2, 63],
  },
  pressure: { cpu: { some: 3.2 }, memory: { some: 0.4, full: 0.1 }, io: { some: 7.5, full: 4 } },
  ram: {
    total: 16 * GB,
    used: 9 * GB,
    available: 7 * GB,
    caches: 4 * GB,
    swapTotal: 2 * GB,
    swapUsed: GB / 4,
  },
  disks: [
    { mount: '/', size: 80 * GB, used: 33 * GB, available: 43 * GB, inodes: 5e6, inodesUsed: 4e5 },
    { mount: '/srv/data', size: 900 * GB, used: 610 * GB, available: 290 * GB },
  ],
  devices: [{ name: 'nvme0n1', read: 2.1e6, write: 14.8e6, busy: 12 }],
  network: {
    ...{ in: 1.5e6, out: 2.3e6 },
    interfaces: [
      { name: 'eth0', in: 1.5e6, out: 2.3e6, packetsIn: 900, packetsOut: 1400, errors: 0, drops: 0.2 },
    ],
  },
  services: [
    {
      name: 'nginx',
      state: 'active',
      subState: 'running',
      since: t - 4e6,
      restarts: 0,
      memory: 14 * 2 ** 20,
    },
    { name: 'docker-backup', state: 'failed', subState: 'failed', since: t - 6e5, restarts: 3 },
  ],
  containers: [
    { name: 'web', image: 'nginx:1.27', state: 'running', health: 'healthy', cpu: 1.5, memory: 48 * 2 ** 20 },
    {
      name: 'api',
      image: 'registry.example.org/team/api:2.4.1',
      state: 'running',
      health: 'unhealthy',
      cpu: 22,
    },
    { name: 'migrate', image: 'api:2.4.1', state: 'exited' },
  ],
  temperatures: [
    { sensor: 'coretemp Package id 0', celsius: 61.5 },
    { sensor: 'nvme Composite', celsius: 44.9 },
  ],
  system: {
    ...{ uptime: 864_000, processes: 312, rebootRequired: true },
    users: [{ name: 'ada', terminal: 'pts/0', from: '192.0.2.7', since: t - 3.6e6 }],
  },
  ssh: {
    ...{ attempts: 1, window: 37, addresses: 3 },
    sources: [
      {
        ...{ address: '203.0.113.66', attempts: 28, users: 7, breaches: 1, last: t - 2_000 },
        topUsers: [
          { name: 'root', attempts: 17 },
          { name: 'admin', attempts: 6 },
        ],
      },
      {
        ...{ address: '2001:db8:7:1::/64', attempts: 8, users: 1, last: t - 60_000 },
        topUsers: [{ name: 'git', attempts: 8 }],
      },
    ],
  },
  clock: { skew: 4_200 },
  agent: { backlog: 0, dropped: 0, rss: 58 * 2 ** 20 },
  failures: [{ collector: 'disk', error: '/mnt/nas does not answer' }],
});
