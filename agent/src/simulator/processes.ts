import type { ProcessList, ProcessReading } from '@tocsin/shared';
import { hundredths } from './machine.js';
import { wave } from './rhythm.js';

const MB = 2 ** 20;
/** With their shares of what the host uses when it is calm. */
const PROCESSES = [
  { pid: 1812, name: 'postgres', user: 'postgres', share: 0.4, memory: 3_200 * MB },
  { pid: 2404, name: 'node', user: 'app', share: 0.3, memory: 1_100 * MB },
  { pid: 977, name: 'nginx', user: 'www-data', share: 0.12, memory: 96 * MB },
  { pid: 2933, name: 'worker', user: 'app', share: 0.08, memory: 640 * MB },
  { pid: 411, name: 'systemd-journal', user: 'root', share: 0.02, memory: 58 * MB },
  { pid: 655, name: 'sshd', user: 'root', share: 0, memory: 9 * MB },
];

/**
 * @param t UTC ms
 * @param usage of all cores together, in percent
 * @param spike from 0 to 1: the worker is what makes it
 */
export function processes(t: number, usage: number, spike: number): ProcessList {
  const list: ProcessReading[] = PROCESSES.map(({ share, ...process }, i) => ({
    ...process,
    cpu: hundredths(usage * (1 - 0.9 * spike) * share * (1 + 0.2 * wave(t, 9_000, i))),
  }));
  list.find(({ name }) => name === 'worker')!.cpu += hundredths(usage * 0.85 * spike);
  const most = (of: 'cpu' | 'memory') =>
    list.filter((process) => process[of] > 0).sort((a, b) => b[of] - a[of]);
  return { t, byCpu: most('cpu'), byMemory: most('memory') };
}
