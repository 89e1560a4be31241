const GB = 2 ** 30;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * What hosts are for, and how that shows. `cpu` is what is used at night, what the day adds, and in percent of
 * the day what is left of it at weekends; disks fill from the first share to the second and are then cleared.
 */
export const ROLES = [
  {
    name: 'web',
    cores: 4,
    memory: 8 * GB,
    cpu: { night: 6, day: 38, weekend: 0.6 },
    spikes: { everyMs: 3 * HOUR, odds: 0.3, leastMs: MINUTE, mostMs: 5 * MINUTE },
    traffic: { in: 4e5, out: 3e6 },
    disks: [{ mount: '/', size: 80 * GB, from: 0.35, to: 0.72, everyMs: 12 * DAY }],
    services: ['nginx', 'php-fpm', 'ssh', 'cron'],
    attacked: 0.25,
  },
  {
    name: 'db',
    cores: 8,
    memory: 32 * GB,
    cpu: { night: 12, day: 30, weekend: 0.7 },
    spikes: { everyMs: 6 * HOUR, odds: 0.4, leastMs: 2 * MINUTE, mostMs: 20 * MINUTE },
    traffic: { in: 1.5e6, out: 2e6 },
    disks: [
      { mount: '/', size: 40 * GB, from: 0.3, to: 0.4, everyMs: 30 * DAY },
      { mount: '/var/lib/postgresql', size: 500 * GB, from: 0.5, to: 0.92, everyMs: 60 * DAY },
    ],
    services: ['postgresql', 'pgbouncer', 'ssh', 'cron'],
    attacked: 0.02,
  },
  {
    name: 'build',
    cores: 16,
    memory: 64 * GB,
    cpu: { night: 2, day: 12, weekend: 0.1 },
    spikes: { everyMs: HOUR, odds: 0.7, leastMs: 4 * MINUTE, mostMs: 25 * MINUTE },
    traffic: { in: 8e5, out: 2e5 },
    disks: [
      { mount: '/', size: 60 * GB, from: 0.4, to: 0.5, everyMs: 30 * DAY },
      { mount: '/srv/cache', size: 300 * GB, from: 0.2, to: 0.95, everyMs: 7 * DAY },
    ],
    services: ['docker', 'runner', 'ssh'],
    attacked: 0.02,
  },
  {
    name: 'vps',
    cores: 1,
    memory: GB,
    cpu: { night: 2, day: 3, weekend: 1 },
    spikes: { everyMs: 12 * HOUR, odds: 0.2, leastMs: MINUTE, mostMs: 3 * MINUTE },
    traffic: { in: 2e4, out: 5e4 },
    disks: [{ mount: '/', size: 20 * GB, from: 0.45, to: 0.6, everyMs: 20 * DAY }],
    services: ['caddy', 'ssh'],
    attacked: 0.5,
  },
];
