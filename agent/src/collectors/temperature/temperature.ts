import { open, type FileHandle } from 'node:fs/promises';
import type { TemperatureReading } from '@tocsin/shared';
import type { Collected, Collector } from '../collector.js';
import { findSensors, type Sensor } from './sensors.js';

/** Temperatures change slowly, and some sensors answer slowly: read this often, in ms. */
const READ_EVERY_MS = 10_000;
/** Sensors come and go with their devices: looked for this often, in ms. */
const FIND_EVERY_MS = 300_000;
/** After so many ms without an answer old temperatures are not shown any more. */
const PATIENCE_MS = 30_000;

/** Reads temperatures beside the frames, one sensor at a time, and hands out the last ones. */
export class TemperatureCollector implements Collector {
  readonly name = 'temperature';
  #sensors: Sensor[] = [];
  #temperatures: TemperatureReading[] = [];
  #foundAt = -Infinity;
  #readAt = -Infinity;
  /** What is being waited for. */
  #asked: string | undefined;
  #reading: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(
    private readonly find: () => Promise<Sensor[]> = findSensors,
    private readonly files = new SensorFiles(),
  ) {}

  /** Never waits. @throws when the sensors could not be looked for */
  collect(now: number): Collected {
    if (this.#reading === undefined && now - this.#readAt >= READ_EVERY_MS) {
      this.#readAt = now;
      this.#reading = this.#round(now).finally(() => (this.#reading = undefined));
    }
    if (this.#reading !== undefined && now - this.#readAt >= PATIENCE_MS)
      return { problems: [`${this.#asked ?? 'a sensor'} does not answer`] };
    if (this.#failure) throw this.#failure;
    return this.#temperatures.length === 0 ? {} : { temperatures: this.#temperatures };
  }

  /** Settles when what is being read has been read. */
  settled(): Promise<void> {
    return this.#reading ?? Promise.resolve();
  }

  close(): void {
    void this.files.closeAll();
  }

  async #round(now: number): Promise<void> {
    try {
      if (now - this.#foundAt >= FIND_EVERY_MS) {
        await this.files.closeAll();
        this.#sensors = await this.find();
        this.#foundAt = now;
      }
      const temperatures: TemperatureReading[] = [];
      for (const sensor of this.#sensors) {
        this.#asked = sensor.name;
        const celsius = await this.#read(sensor);
        if (celsius !== undefined) temperatures.push({ sensor: sensor.name, celsius });
      }
      this.#temperatures = temperatures;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  /** Degrees in tenths, or undefined: a sensor of a part that sleeps gives an error, which is its way to say so. */
  async #read(sensor: Sensor): Promise<number | undefined> {
    try {
      const celsius = Math.round((await this.files.read(sensor)) / 100) / 10;
      // The bounds of a frame, beyond which nothing is connected.
      return celsius >= -100 && celsius <= 300 ? celsius : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The sensors' files, which stay open, because opening one costs more than reading it. */
export class SensorFiles {
  readonly #open = new Map<string, FileHandle>();
  readonly #buffer = Buffer.alloc(32);

  /** @returns thousandths of a degree */
  async read({ file }: Sensor): Promise<number> {
    const handle = this.#open.get(file) ?? (await open(file));
    this.#open.set(file, handle);
    const { bytesRead } = await handle.read(this.#buffer, 0, this.#buffer.length, 0);
    return Number(this.#buffer.toString('latin1', 0, bytesRead).trim() || NaN);
  }

  async closeAll(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(handles.map((handle) => handle.close().catch(() => undefined)));
  }
}
