import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A line that a person would paste into a terminal, run by a shell in an empty folder. */
export class ShellCommand {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-shell-'));
  readonly #shell: ChildProcess;

  constructor(line: string) {
    // A group of its own, since what the shell starts is to be stopped with it.
    this.#shell = spawn('sh', ['-c', line], { cwd: this.#folder, stdio: 'inherit', detached: true });
  }

  async stop(): Promise<void> {
    if (this.#shell.exitCode === null && this.#shell.signalCode === null) {
      const ended = once(this.#shell, 'exit');
      process.kill(-this.#shell.pid!, 'SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
