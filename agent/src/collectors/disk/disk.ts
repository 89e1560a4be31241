import { statfs } from 'node:fs/promises';
import type { DeviceReading } from '@tocsin/shared';
import type { Collected, Collector, Watched } from '../collector.js';
import type { Selection } from '../name-patterns.js';
import { readAgain, type ReadText } from '../read-text.js';
import { DeviceRates } from './devices.js';
import { FileSystems } from './file-systems.js';
import type { AskStatfs } from './space.js';

/** How full the file systems are, and how busy the devices below them. */
export class DiskCollector implements Collector {
  readonly name = 'disk';
  #fileSystems: FileSystems;
  #devices: DeviceRates;

  constructor(
    selection: Selection,
    private readonly read: ReadText = readAgain,
    private readonly ask: AskStatfs = statfs,
  ) {
    this.#fileSystems = new FileSystems(selection, read, ask);
    this.#devices = new DeviceRates(selection, read);
  }

  /** Rates go their own way. The file systems are the same, or a hanging one would hold twice the threads. */
  forLive(): DiskCollector {
    const live = new DiskCollector({ include: [], exclude: [] }, this.read, this.ask);
    live.#fileSystems = this.#fileSystems;
    live.#devices = this.#devices.forLive();
    return live;
  }

  reconfigure({ includeDisks, excludeDisks }: Watched): void {
    const selection = { include: includeDisks, exclude: excludeDisks };
    this.#fileSystems.select(selection);
    this.#devices.select(selection);
  }

  async collect(now: number): Promise<Collected> {
    const problems: string[] = [];
    const devices = this.#readDevices(now, problems);
    const space = await this.#fileSystems.next(now).catch((error: Error) => {
      problems.push(error.message);
    });
    if (space) problems.push(...space.problems);
    return {
      ...(space && { disks: space.disks }),
      ...(devices.length > 0 && { devices }),
      ...(problems.length > 0 && { problems }),
    };
  }

  /** Neither keeps the other out of the frame. */
  #readDevices(now: number, problems: string[]): DeviceReading[] {
    try {
      return this.#devices.next(now);
    } catch (error) {
      problems.push(`devices: ${(error as Error).message}`);
      return [];
    }
  }
}
