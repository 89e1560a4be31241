import type { RuleSettings } from './rule.js';

/** A rule that a new tenant starts with. The key never changes, so that no rule is planted twice. */
export type DefaultRule = { key: string; settings: RuleSettings };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const above = (firesAt: number, clearsAt: number) => ({ comparison: '>', firesAt, clearsAt }) as const;
const held = (forSeconds: number, keepFiringSeconds: number) => ({ forSeconds, keepFiringSeconds });

const rule = (key: string, settings: Omit<RuleSettings, 'enabled'>): DefaultRule => ({
  key,
  settings: { ...settings, enabled: true },
});

/**
 * What wakes people must be worth it. A busy CPU is often just work, so it has to last; memory and disks
 * run out for good, so they are told soon; a service gets the time of a restart, and a host that of a lost
 * connection.
 */
export const DEFAULT_RULES: readonly DefaultRule[] = [
  rule('host-lost', {
    name: 'Host lost',
    metric: 'host.lost',
    comparison: '>=',
    firesAt: 1,
    ...held(10, 0),
    severity: 'critical',
  }),
  rule('cpu-warning', {
    name: 'CPU busy',
    metric: 'cpu.usage',
    ...above(85, 75),
    ...held(2 * MINUTE, MINUTE),
    severity: 'warning',
  }),
  rule('cpu-critical', {
    name: 'CPU saturated',
    metric: 'cpu.usage',
    ...above(95, 85),
    ...held(5 * MINUTE, MINUTE),
    severity: 'critical',
  }),
  rule('ram-warning', {
    name: 'Memory high',
    metric: 'ram.usage',
    ...above(90, 80),
    ...held(MINUTE, MINUTE),
    severity: 'warning',
  }),
  rule('ram-critical', {
    name: 'Memory nearly exhausted',
    metric: 'ram.usage',
    ...above(97, 90),
    ...held(15, MINUTE),
    severity: 'critical',
  }),
  rule('swap-warning', {
    name: 'Swap filling up',
    metric: 'swap.usage',
    ...above(80, 60),
    ...held(5 * MINUTE, MINUTE),
    severity: 'warning',
  }),
  rule('disk-warning', {
    name: 'Disk filling up',
    metric: 'disk.usage',
    ...above(85, 80),
    ...held(MINUTE, MINUTE),
    severity: 'warning',
  }),
  rule('disk-critical', {
    name: 'Disk nearly full',
    metric: 'disk.usage',
    ...above(95, 90),
    ...held(15, MINUTE),
    severity: 'critical',
  }),
  // Only once it matters: the trend of a disk that is half empty wakes nobody.
  rule('disk-forecast', {
    name: 'Disk full within a day',
    metric: 'disk.usage',
    condition: { kind: 'forecast', withinHours: 24, windowSeconds: 6 * HOUR, onlyFrom: 60 },
    comparison: '>=',
    firesAt: 100,
    clearsAt: 98,
    ...held(HOUR, 10 * MINUTE),
    severity: 'warning',
  }),
  rule('inodes-warning', {
    name: 'Inodes running out',
    metric: 'disk.inodes',
    ...above(90, 80),
    ...held(MINUTE, MINUTE),
    severity: 'warning',
  }),
  rule('service-down', {
    name: 'Service not active',
    metric: 'service.active',
    comparison: '<',
    firesAt: 1,
    ...held(15, 15),
    severity: 'critical',
  }),
  rule('container-unhealthy', {
    name: 'Container unhealthy',
    metric: 'container.healthy',
    comparison: '<',
    firesAt: 1,
    ...held(30, 15),
    severity: 'warning',
  }),
  rule('clock-skew', {
    name: 'Clock is wrong',
    metric: 'clock.skew',
    ...above(5_000, 2_000),
    ...held(30, 30),
    severity: 'warning',
  }),
  // fail2ban's five in ten minutes is where it begins; twenty, or five names, are no slip of the finger.
  rule('ssh-source-warning', {
    name: 'SSH logins fail',
    metric: 'sshSource.failed10m',
    comparison: '>=',
    firesAt: 5,
    ...held(0, MINUTE),
    severity: 'warning',
  }),
  rule('ssh-source-critical', {
    name: 'SSH brute force',
    metric: 'sshSource.failed10m',
    comparison: '>=',
    firesAt: 20,
    ...held(0, MINUTE),
    severity: 'critical',
  }),
  rule('ssh-source-users', {
    name: 'SSH user names tried',
    metric: 'sshSource.users10m',
    comparison: '>=',
    firesAt: 5,
    ...held(0, MINUTE),
    severity: 'critical',
  }),
  rule('ssh-distributed', {
    name: 'SSH brute force from many addresses',
    metric: 'ssh.failed10m',
    ...above(50, 25),
    ...held(0, MINUTE),
    severity: 'critical',
  }),
  rule('ssh-breach', {
    name: 'SSH login after failures',
    metric: 'sshSource.breaches',
    comparison: '>=',
    firesAt: 1,
    ...held(0, 0),
    severity: 'critical',
  }),
];
