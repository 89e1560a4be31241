import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { AgentFacts } from '@tocsin/shared';

/** What is read once at the start and holds until the host is started again. */
export type HostFacts = Omit<AgentFacts, 'bootId' | 'version' | 'interval' | 'simulated'>;

/** When the host was started, UTC ms, from `/proc/stat`. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** A text the protocol takes: without what is unprintable, cut to its length, never empty. */
const tidy = (text: string, maxLength: number): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, maxLength) || 'unknown';

/** What Node.js itself can tell. */
export const readPlainFacts = (): HostFacts => ({
  hostname: tidy(os.hostname(), 253),
  os: tidy(os.type(), 128),
  kernel: tidy(os.release(), 128),
  arch: tidy(os.arch(), 32),
  cpuModel: tidy(os.cpus()[0]?.model ?? '', 128),
  cpus: os.availableParallelism(),
  memTotal: os.totalmem(),
  bootTime: parseBootTime(readFileSync('/proc/stat', 'utf8')) ?? Math.round(Date.now() - os.uptime() * 1000),
});

/** The same in better words. */
export async function readFacts(): Promise<HostFacts> {
  // Heavy, and wanted once: see aside/.
  const { default: systeminformation } = await import('systeminformation');
  const [osInfo, cpu] = await Promise.all([systeminformation.osInfo(), systeminformation.cpu()]);
  return {
    ...readPlainFacts(),
    os: tidy(`${osInfo.distro} ${osInfo.release}`, 128),
    cpuModel: tidy(`${cpu.manufacturer} ${cpu.brand}`, 128),
  };
}
