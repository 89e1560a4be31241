import type { SystemReading } from '@tocsin/shared';
import type { Collected, Collector } from '../collector.js';
import { readAgain, type ReadText } from '../read-text.js';
import { ProcessCount } from './processes.js';
import { isRebootRequired } from './reboot.js';
import { LoggedInUsers } from './users.js';

/** An update is not installed every second: looked for this often, in ms. */
const LOOK_FOR_REBOOT_MS = 30_000;

/** Reads `/proc/uptime`. @returns whole seconds @throws when it holds no number */
export function parseUptime(uptime: string): number {
  const seconds = parseFloat(uptime);
  if (Number.isNaN(seconds)) throw new Error('/proc/uptime does not hold a number');
  return Math.floor(seconds);
}

/** What the host as a whole is like: since when it runs, how much runs on it, who is there. */
export class SystemCollector implements Collector {
  readonly name = 'system';
  #rebootRequired: boolean | undefined;
  #lookedAt = -Infinity;

  constructor(
    private readonly read: ReadText = readAgain,
    private readonly users: Pick<LoggedInUsers, 'now'> = new LoggedInUsers(),
    private readonly processes: Pick<ProcessCount, 'now'> = new ProcessCount(),
    private readonly lookForReboot = () => isRebootRequired(),
  ) {}

  collect(now: number): Collected {
    if (now - this.#lookedAt >= LOOK_FOR_REBOOT_MS) {
      this.#lookedAt = now;
      this.#rebootRequired = this.lookForReboot();
    }
    const system: SystemReading = {};
    const problems: string[] = [];
    const add = <Part extends keyof SystemReading>(part: Part, read: () => SystemReading[Part]) => {
      try {
        const value = read();
        if (value !== undefined) system[part] = value;
      } catch (error) {
        problems.push(`${part}: ${(error as Error).message}`);
      }
    };
    add('uptime', () => parseUptime(this.read('/proc/uptime')));
    add('processes', () => this.processes.now(now));
    add('rebootRequired', () => this.#rebootRequired);
    add('users', () => this.users.now(now));
    return {
      ...(Object.keys(system).length > 0 && { system }),
      ...(problems.length > 0 && { problems }),
    };
  }
}
