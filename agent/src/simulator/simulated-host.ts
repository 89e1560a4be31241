import type { ProcessList } from '@tocsin/shared';
import type { HostFacts } from '../facts/facts.js';
import type { Collected, Collector } from '../collectors/collector.js';
import {
  BOOT_TIME,
  CORES,
  cpu,
  devices,
  disks,
  hundredths,
  MEMORY,
  network,
  pressure,
  ram,
  system,
  temperatures,
} from './machine.js';
import { processes } from './processes.js';
import { cpuSpikes, wave } from './rhythm.js';
import { containers, services } from './software.js';
import { ssh } from './ssh.js';

/** How fast the load follows, in ms: a spike rises over a few seconds. */
const INERTIA_MS = 2_000;

/** A host that does not exist, for demonstrations. Its values are smooth and plausible. */
export class SimulatedHost implements Collector {
  readonly name = 'simulator';
  #spike = 0;
  #usage = 0;
  #at: number;

  /** @param person what a person who wants to see an alarm has set */
  constructor(
    private readonly clock: () => number = Date.now,
    private readonly person = { provokes: false },
  ) {
    this.#at = clock();
  }

  forLive(): SimulatedHost {
    const live = new SimulatedHost(this.clock, this.person);
    live.#spike = this.#spike;
    live.#at = this.#at;
    return live;
  }

  /** Begins or ends a CPU spike. @returns whether one was begun */
  toggleSpike(): boolean {
    this.person.provokes = !this.person.provokes;
    return this.person.provokes;
  }

  /** What runs at this moment, as its frames would have it. */
  processes(): ProcessList {
    return processes(this.clock(), this.#usage, this.#spike);
  }

  collect(): Collected {
    const [before, t] = [this.#at, this.clock()];
    const target = this.person.provokes || cpuSpikes(t) ? 1 : 0;
    this.#spike += (target - this.#spike) * (1 - Math.exp(-Math.max(0, t - before) / INERTIA_MS));
    this.#at = t;

    const spike = this.#spike;
    const calm = 24 + 12 * wave(t, 90_000) + 3 * wave(t, 7_000, 1);
    const usage = hundredths(calm + (97.5 + wave(t, 5_000) - calm) * spike);
    this.#usage = usage;
    return {
      cpu: cpu(t, usage),
      pressure: pressure(t, spike),
      ram: ram(t, spike),
      disks: disks(t),
      devices: devices(t, spike),
      network: network(t),
      services: services(t),
      containers: containers(t, spike),
      temperatures: temperatures(t, usage),
      system: system(t),
      ssh: ssh(before, t),
    };
  }
}

export const simulatedFacts = (): HostFacts => ({
  hostname: 'simulated.example',
  os: 'Tocsin Simulator 1',
  kernel: '6.12.0',
  arch: 'x64',
  cpuModel: `Simulated ${CORES}-core processor`,
  cpus: CORES,
  memTotal: MEMORY,
  bootTime: BOOT_TIME,
});
