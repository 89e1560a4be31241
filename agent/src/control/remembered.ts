import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostSettings } from '@tocsin/shared';
import { checkRemote } from '../config/remote.js';
import type { Logger } from '../logging/logger.js';

/** What the hub said last, for a start at which it cannot be reached. */
export interface Told {
  settings: HostSettings;
  /** The hub's UTC when this host was started, ms; see `FrameClock`. */
  hubOrigin?: number;
}

interface Written extends Told {
  /** The start of the host that `hubOrigin` belongs to. */
  kernelBoot?: string;
}

const kernelBoot = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Keeps what the hub said in a file, where there is a folder for it. */
export class Remembered {
  readonly #path: string | undefined;
  #told: Told = { settings: {} };
  #writing: Promise<void> | undefined;
  #changed = false;
  #failed = false;

  constructor(
    stateDir: string | undefined,
    private readonly log: Logger,
    private readonly boot: () => string = kernelBoot,
  ) {
    if (stateDir === undefined) return;
    this.#path = join(stateDir, 'from-hub.json');
    this.#read(this.#path);
  }

  get told(): Told {
    return this.#told;
  }

  #read(path: string): void {
    try {
      const { settings, hubOrigin, kernelBoot } = JSON.parse(readFileSync(path, 'utf8')) as Written;
      this.#told = { settings: checkRemote(settings).settings };
      if (typeof hubOrigin === 'number' && kernelBoot === this.boot()) this.#told.hubOrigin = hubOrigin;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.log.warn(`what the hub said before cannot be read: ${(error as Error).message}`);
    }
  }

  /** Notes what the hub said. It is written beside everything else, and a disk that fails holds up nothing. */
  note(told: Partial<Told>): void {
    const next = { ...this.#told, ...told };
    if (JSON.stringify(next) === JSON.stringify(this.#told)) return;
    this.#told = next;
    this.#changed = true;
    if (this.#path !== undefined) this.#writing ??= this.#write(this.#path);
  }

  /** Settles when everything noted is written, or could not be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #write(path: string): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      const written: Written = this.#told.hubOrigin ? { ...this.#told, kernelBoot: this.boot() } : this.#told;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(`${path}.new`, JSON.stringify(written), { mode: 0o600 });
        await rename(`${path}.new`, path);
        this.#failed = false;
      } catch (error) {
        if (!this.#failed) this.log.warn(`what the hub says cannot be kept: ${(error as Error).message}`);
        this.#failed = true;
      }
    }
    this.#writing = undefined;
  }
}
