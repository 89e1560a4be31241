import type { DiskReading, Frame, HostSummary } from '@tocsin/shared';

const tenths = (value: number) => Math.round(value * 10) / 10;
const hundredths = (value: number) => Math.round(value * 100) / 100;
const share = (part: number, whole: number) => (whole > 0 ? tenths(Math.min(100, (part / whole) * 100)) : 0);

/** The values of a frame that the overview shows, rounded to what it shows. */
export function summaryOf({ t, cpu, ram, disks, network, services }: Frame): HostSummary {
  const disk = disks && fullest(disks);
  return {
    t,
    ...(cpu && { cpu: tenths(cpu.usage), load1: hundredths(cpu.load1) }),
    ...(ram && { ram: share(ram.used, ram.total) }),
    ...(ram && ram.swapTotal > 0 && { swap: share(ram.swapUsed, ram.swapTotal) }),
    ...(disk && { disk }),
    ...(network && { in: Math.round(network.in), out: Math.round(network.out) }),
    services: services?.map(({ name, state }) => ({ name, state })) ?? [],
  };
}

function fullest(disks: readonly DiskReading[]): HostSummary['disk'] {
  let worst: HostSummary['disk'];
  for (const { mount, used, available } of disks) {
    const usage = share(used, used + available);
    if (worst === undefined || usage > worst.usage) worst = { mount, usage };
  }
  return worst;
}
