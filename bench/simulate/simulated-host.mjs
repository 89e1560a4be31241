import { chance, happening, hash, noise } from './noise.mjs';
import { ROLES } from './roles.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const REBOOTS = { everyMs: 9 * DAY, odds: 0.8, leastMs: 30_000, mostMs: 90_000 };
const VANISHES = { everyMs: 5 * DAY, odds: 0.4, leastMs: 2 * MINUTE, mostMs: 12 * MINUTE };
const SERVICE_FAILS = { everyMs: 2 * DAY, odds: 0.3, leastMs: 2 * MINUTE, mostMs: 15 * MINUTE };
/** Memory that a program loses until somebody starts it again. */
const LEAK_MS = 4 * DAY;
const ATTACKS = { everyMs: 6 * HOUR, leastMs: 5 * MINUTE, mostMs: 40 * MINUTE };
const ATTEMPT_MS = 1_500;
const SSH_WINDOW_MS = 10 * MINUTE;

const hundredths = (value) => Math.round(value * 100) / 100;
const percent = (value) => Math.round(Math.min(100, Math.max(0, value)) * 10) / 10;
const saw = (t, everyMs, phase) => (t / everyMs + phase) % 1;

/** One host of a fleet that does not exist. Everything about it follows from its number and a seed. */
export class SimulatedHost {
  constructor(number, seed = 1) {
    this.seed = hash(seed, number);
    this.role = ROLES[number % ROLES.length];
    this.name = `${this.role.name}-${Math.floor(number / ROLES.length) + 1}`;
    /** Of the people who use it, in hours. */
    this.zone = Math.floor(chance(this.seed, 7) * 24);
  }

  /**
   * How it is with the host: `up`, `rebooting`, or `gone` without a word. `boot` tells its starts apart, and
   * `bootedAt` is when the last one was.
   */
  lifeAt(t) {
    const reboot = happening(hash(this.seed, 11), t, REBOOTS);
    const { number, bootedAt } = this.#bootAt(t);
    const life = { boot: number, bootedAt };
    if (reboot !== undefined) return { ...life, state: 'rebooting', until: reboot.until };
    const vanished = happening(hash(this.seed, 12), t, VANISHES);
    if (vanished !== undefined) return { ...life, state: 'gone', until: vanished.until };
    return { ...life, state: 'up' };
  }

  /**
   * What its agent reports at a moment, without `seq`.
   * @param {number} t UTC ms
   * @param {number} intervalMs since the frame before
   */
  frameAt(t, intervalMs) {
    const { role, seed } = this;
    const spike = this.#spikeAt(t);
    const busy = this.#busyAt(t);
    const usage = percent(
      role.cpu.night +
        role.cpu.day * busy * (0.75 + 0.5 * noise(hash(seed, 1), t, 5 * MINUTE)) +
        10 * (noise(hash(seed, 2), t, 9_000) - 0.4) +
        spike * (92 - role.cpu.night),
    );
    const load = (usage / 100) * role.cores;
    const flow = 0.15 + busy + 0.4 * noise(hash(seed, 3), t, 40_000) + 0.8 * spike;
    const network = { in: Math.round(role.traffic.in * flow), out: Math.round(role.traffic.out * flow) };
    return {
      t,
      cpu: {
        usage,
        user: percent(usage * 0.7),
        system: percent(usage * 0.24),
        iowait: percent(usage * 0.04 * (1 + spike)),
        steal: 0,
        load1: hundredths(load * (0.9 + 0.3 * spike)),
        load5: hundredths(load * 0.8 + 0.1),
        load15: hundredths(load * 0.6 + 0.2),
      },
      ram: this.#ramAt(t, busy, spike),
      disks: role.disks.map((disk, i) => this.#diskAt(t, disk, i)),
      devices: [
        {
          name: 'vda',
          read: Math.round(2e5 * flow),
          write: Math.round(8e5 * flow * (1 + spike)),
          busy: percent(4 * flow + 30 * spike),
        },
      ],
      network: {
        ...network,
        interfaces: [
          {
            name: 'eth0',
            ...network,
            packetsIn: Math.round(network.in / 900),
            packetsOut: Math.round(network.out / 1_100),
            errors: 0,
            drops: 0,
          },
        ],
      },
      services: this.#servicesAt(t),
      system: {
        uptime: Math.max(0, Math.floor((t - this.#bootAt(t).bootedAt) / 1_000)),
        processes: Math.round(120 + 8 * role.cores + 10 * noise(hash(seed, 4), t, 5 * MINUTE)),
        rebootRequired: saw(t, 30 * DAY, chance(seed, 8)) > 0.9,
      },
      ssh: this.#sshAt(t, intervalMs),
    };
  }

  #bootAt(t) {
    const seed = hash(this.seed, 11);
    for (let block = Math.floor(t / REBOOTS.everyMs); ; block -= 1) {
      const odds = chance(seed, block, 1);
      const length = Math.round(
        REBOOTS.leastMs + chance(seed, block, 2) * (REBOOTS.mostMs - REBOOTS.leastMs),
      );
      const since = block * REBOOTS.everyMs + Math.floor(chance(seed, block, 3) * (REBOOTS.everyMs - length));
      if (odds < REBOOTS.odds && t >= since + length) return { number: block, bootedAt: since + length };
    }
  }

  /** From 0 at night to 1 at the busiest time of a working day. */
  #busyAt(t) {
    const local = t + this.zone * HOUR;
    const hour = (local / HOUR) % 24;
    // The first day of the epoch was a Thursday.
    const weekend = Math.floor(local / DAY + 3) % 7 >= 5;
    const day = Math.max(0, Math.sin((Math.PI * (hour - 6.5)) / 15));
    return day * (weekend ? this.role.cpu.weekend : 1);
  }

  /** From 0 to 1, rising and falling within some seconds. */
  #spikeAt(t) {
    const spike = happening(hash(this.seed, 13), t, this.role.spikes);
    if (spike === undefined) return 0;
    const height = 0.55 + 0.45 * chance(this.seed, spike.block, 14);
    return height * Math.min(1, (t - spike.since) / 8_000, (spike.until - t) / 8_000);
  }

  #ramAt(t, busy, spike) {
    const { memory } = this.role;
    const leak = 0.18 * saw(t, LEAK_MS, chance(this.seed, 9));
    const share = 0.34 + 0.12 * busy + leak + 0.1 * spike + 0.02 * noise(hash(this.seed, 5), t, 60_000);
    const used = Math.round((memory * share) / 4_096) * 4_096;
    return {
      total: memory,
      used,
      available: memory - used,
      caches: Math.round(memory * (0.2 - 0.05 * spike)),
      swapTotal: memory / 4,
      swapUsed: Math.round((memory / 4) * Math.max(0, leak - 0.1) * 4),
    };
  }

  #diskAt(t, { mount, size, from, to, everyMs }, i) {
    const used = Math.round(
      size * (from + (to - from) * saw(t, everyMs, chance(this.seed, 20 + i))) + 4e6 * noise(i, t, 30_000),
    );
    const inodes = Math.round(size / 16_384);
    return { mount, size, used, available: size - used, inodes, inodesUsed: Math.round(used / 60_000) };
  }

  #servicesAt(t) {
    const failure = happening(hash(this.seed, 15), t, SERVICE_FAILS);
    const failed =
      failure && Math.floor(chance(this.seed, failure.block, 16) * (this.role.services.length - 1));
    const { bootedAt } = this.#bootAt(t);
    return this.role.services.map((name, i) =>
      i === failed
        ? { name, state: 'failed', subState: 'failed', since: failure.since, restarts: 5, memory: 0 }
        : {
            name,
            state: 'active',
            subState: 'running',
            since: bootedAt,
            restarts: 0,
            memory: Math.round((this.role.memory / 60) * (i + 1) * (0.8 + 0.2 * noise(i, t, 10 * MINUTE))),
          },
    );
  }

  #sshAt(t, intervalMs) {
    const attack = happening(hash(this.seed, 17), t, { ...ATTACKS, odds: this.role.attacked });
    if (attack === undefined) return { attempts: 0, window: 0, addresses: 0, sources: [] };
    const until = (at) => Math.max(0, Math.floor((at - attack.since) / ATTEMPT_MS));
    const window = until(t) - until(t - SSH_WINDOW_MS);
    const source = {
      address: `203.0.113.${1 + (hash(this.seed, attack.block, 18) % 254)}`,
      attempts: window,
      users: 1,
      topUsers: [{ name: 'root', attempts: window }],
      last: attack.since + until(t) * ATTEMPT_MS,
    };
    return {
      attempts: until(t) - until(t - intervalMs),
      window,
      addresses: window > 0 ? 1 : 0,
      sources: window > 0 ? [source] : [],
    };
  }
}
