import {
  type DiskReading,
  diskUsage,
  type HostSummary,
  type LiveFrame,
  memoryUsage,
  swapUsage,
} from '@tocsin/shared';

const tenths = (value: number) => Math.round(value * 10) / 10;
const hundredths = (value: number) => Math.round(value * 100) / 100;

/** The values of a frame that the overview shows, rounded to what it shows. */
export function summaryOf({ t, cpu, ram, disks, network, services }: LiveFrame): HostSummary {
  const disk = disks && fullest(disks);
  const memory = ram && memoryUsage(ram);
  const swap = ram && swapUsage(ram);
  return {
    t,
    ...(cpu && { cpu: tenths(cpu.usage) }),
    ...(cpu?.load1 !== undefined && { load1: hundredths(cpu.load1) }),
    ...(memory !== undefined && { ram: tenths(memory) }),
    ...(swap !== undefined && { swap: tenths(swap) }),
    ...(disk && { disk }),
    ...(network && { in: Math.round(network.in), out: Math.round(network.out) }),
    services: services?.map(({ name, state }) => ({ name, state })) ?? [],
  };
}

function fullest(disks: readonly DiskReading[]): HostSummary['disk'] {
  let worst: HostSummary['disk'];
  for (const reading of disks) {
    const { mount } = reading;
    const usage = tenths(diskUsage(reading) ?? 0);
    if (worst === undefined || usage > worst.usage) worst = { mount, usage };
  }
  return worst;
}
