import { fork } from 'node:child_process';
import { join } from 'node:path';
import { bold } from './terminal.mjs';
import { ROOT } from './run.mjs';

const RESTART_AFTER_MS = 2000;
/** Longer than the hub takes to drain; whoever still runs then is killed. */
const STOP_WITHIN_MS = 20_000;

/**
 * The programs of one `npm start`. Each is forked with a channel to this process: should this process
 * be killed, they notice and end by themselves.
 */
export class Processes {
  #running = new Map();
  #stopping = false;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => this.stop(0));
  }

  get stopping() {
    return this.#stopping;
  }

  /** @returns the child; `onExit(code)` is called unless it was stopped on purpose. */
  fork(name, file, { args = [], env = {}, execArgv = [], onExit }) {
    const child = fork(join(ROOT, file), args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      execArgv,
      // Ctrl-C reaches the whole terminal group; a group of its own lets us stop them in order.
      detached: true,
    });
    this.#running.set(name, child);
    child.once('exit', (code) => {
      this.#running.delete(name);
      if (!this.#stopping) onExit?.(code);
    });
    return child;
  }

  /** Keeps a program running: started again when it ends. */
  keep(name, file, options) {
    this.fork(name, file, {
      ...options,
      onExit: (code) => {
        console.error(`${name} ended (code ${code}); starting it again in ${RESTART_AFTER_MS / 1000} s`);
        setTimeout(() => !this.#stopping && this.keep(name, file, options), RESTART_AFTER_MS);
      },
    });
  }

  /** Agents first, so that their goodbye reaches the hub; a second call does not wait. */
  async stop(code) {
    if (this.#stopping) {
      for (const child of this.#running.values()) child.kill('SIGKILL');
      process.exit(1);
    }
    this.#stopping = true;
    console.log(bold('Stopping'));
    for (const [, child] of [...this.#running].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(overdue);
    }
    process.exit(code);
  }
}
