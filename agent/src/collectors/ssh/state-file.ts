import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A small thing that outlives the agent. Whoever reads it finds all of one version or of another. */
export class StateFile<State extends object> {
  #writing: Promise<void> | undefined;

  /** @param version of what is kept; another one is as good as nothing */
  constructor(
    private readonly path: string,
    private readonly version: number,
  ) {}

  /** Undefined where nothing was kept, or nothing that can be understood. */
  async load(): Promise<State | undefined> {
    try {
      const { version, state } = JSON.parse(await readFile(this.path, 'utf8')) as Kept<State>;
      return version === this.version && typeof state === 'object' && state !== null ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /** A write is on its way: a new one has to wait. */
  get busy(): boolean {
    return this.#writing !== undefined;
  }

  /** Survives the end of the process at any moment. @throws when it cannot be written, in plain words */
  save(state: State): Promise<void> {
    this.#writing = this.#save(
      JSON.stringify({ version: this.version, state } satisfies Kept<State>),
    ).finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #save(text: string): Promise<void> {
    const next = `${this.path}.new`;
    try {
      await writeFile(next, text, { mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await writeFile(next, text, { mode: 0o600 });
    }
    await rename(next, this.path);
  }
}

interface Kept<State> {
  version: number;
  state: State;
}
