import type { HostFacts } from '../facts/facts.js';
import type { Collected, Collector } from '../collectors/collector.js';
import { cpuSpikes, wave, workerFails, workerSince } from './rhythm.js';

const GB = 2 ** 30;
const MEMORY = 16 * GB;
const DISKS = [
  { mount: '/', size: 80 * GB, share: 0.41, inodes: 5_242_880 },
  { mount: '/var/lib/data', size: 500 * GB, share: 0.68, inodes: 32_768_000 },
];
const STEADY_SERVICES = ['nginx', 'postgresql', 'ssh'];
/** How fast the load follows, in ms: a spike rises over a few seconds. */
const INERTIA_MS = 2_000;

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** A host that does not exist, for demonstrations. Its values are smooth and plausible. */
export class SimulatedHost implements Collector {
  readonly name = 'simulator';
  /** Set by a person who wants to see an alarm. */
  #provoked = false;
  #spike = 0;
  #at: number;

  constructor(private readonly clock: () => number = Date.now) {
    this.#at = clock();
  }

  /** Begins or ends a CPU spike. @returns whether one was begun */
  toggleSpike(): boolean {
    this.#provoked = !this.#provoked;
    return this.#provoked;
  }

  collect(): Collected {
    const t = this.clock();
    const target = this.#provoked || cpuSpikes(t) ? 1 : 0;
    this.#spike += (target - this.#spike) * (1 - Math.exp(-Math.max(0, t - this.#at) / INERTIA_MS));
    this.#at = t;

    const calm = 24 + 12 * wave(t, 90_000) + 3 * wave(t, 7_000, 1);
    const usage = hundredths(calm + (97.5 + wave(t, 5_000) - calm) * this.#spike);
    return {
      cpu: cpu(usage),
      ram: ram(t, this.#spike),
      disks: disks(t),
      network: network(t),
      services: services(t),
    };
  }
}

function cpu(usage: number) {
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
  };
}

function ram(t: number, spike: number) {
  const used = Math.round(MEMORY * (0.52 + 0.05 * wave(t, 240_000) + 0.08 * spike));
  return {
    total: MEMORY,
    used,
    available: MEMORY - used,
    swapTotal: 2 * GB,
    swapUsed: Math.round(0.1 * GB * (1 + wave(t, 600_000))),
  };
}

const disks = (t: number) =>
  DISKS.map(({ mount, size, share, inodes }) => {
    const used = Math.round(size * (share + 0.02 * wave(t, 3_600_000)));
    return {
      mount,
      size,
      used,
      available: size - used,
      inodes,
      inodesUsed: Math.round(inodes * share * 0.2),
    };
  });

function network(t: number) {
  const eth0 = {
    name: 'eth0',
    in: Math.round(1.6e6 * (1.1 + wave(t, 40_000)) + 2e5 * (1 + wave(t, 3_000))),
    out: Math.round(2.9e6 * (1.1 + wave(t, 55_000, 2)) + 3e5 * (1 + wave(t, 4_000))),
  };
  return { in: eth0.in, out: eth0.out, interfaces: [eth0] };
}

function services(t: number) {
  const steady = STEADY_SERVICES.map(
    (name) => ({ name, state: 'active', subState: 'running', restarts: 0 }) as const,
  );
  const worker = workerFails(t)
    ? ({ state: 'failed', subState: 'failed' } as const)
    : ({ state: 'active', subState: 'running' } as const);
  return [...steady, { name: 'worker', ...worker, since: workerSince(t), restarts: 0 }];
}

export const simulatedFacts = (): HostFacts => ({
  hostname: 'simulated.example',
  os: 'Tocsin Simulator 1',
  kernel: '6.12.0',
  arch: 'x64',
  cpuModel: 'Simulated 4-core processor',
  cpus: 4,
  memTotal: MEMORY,
  bootTime: Date.UTC(2026, 0, 1),
});
