import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's package `faketime` has its library, whatever the machine. */
export function fakeTimeLibrary(): string {
  const found = readdirSync('/usr/lib', { withFileTypes: true })
    .map(({ name }) => join('/usr/lib', name, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('libfaketime is not installed: sudo apt install faketime');
  return found;
}

/** The UTC of one process, which can be set while it runs. Its monotonic clock goes on as it does. */
export class FakeTime {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-time-'));
  readonly #file = join(this.#folder, 'time');

  constructor() {
    this.set(0);
  }

  /** What the process is to be started with. */
  get env(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: fakeTimeLibrary(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param seconds by which it is ahead of the true time from now on */
  set(seconds: number): void {
    // As a whole: it is read at every look at the clock.
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
