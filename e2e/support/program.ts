import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './places.js';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program of this project, run as people run it: the built file in a process of its own. */
export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  #output = '';

  /**
   * @param env beside this process's own environment
   * @param within a command that runs it, such as one that enters a namespace
   */
  constructor(
    readonly name: string,
    file: string,
    args: string[] = [],
    env: NodeJS.ProcessEnv = {},
    [command, ...within]: string[] = [],
  ) {
    const child = fork(join(ROOT, file), args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(command !== undefined && { execPath: command, execArgv: [...within, process.execPath] }),
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    void this.ended.then(() => process.off('exit', killWithUs));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The first message of this type over the channel that `fork` opens. Rejects when the program ends first. */
  message<Message extends { type: string }>(type: Message['type']): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#child.on('message', (message: Message) => message.type === type && resolve(message));
      void this.ended.then(({ code, signal }) =>
        reject(new Error(`${this.name} ended with ${signal ?? code}:\n${this.#output}`)),
      );
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and waits until it did; `SIGKILL` does not ask. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (this.running) this.signal(signal);
    return this.ended;
  }
}
