import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the bench in its own process, which answers questions one after the other. */
export class Child {
  #process;
  #ended;

  constructor(file, env = {}) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), {
      env: { ...process.env, ...env },
      serialization: 'advanced',
    });
    this.#ended = once(this.#process, 'exit').then(([code]) => code);
  }

  async ask(what, details = {}) {
    this.#process.send({ what, ...details });
    const message = new Promise((resolve) => this.#process.once('message', resolve));
    const answered = await Promise.race([message, this.#ended]);
    if (typeof answered !== 'object' || answered === null) {
      throw new Error(`a part of the bench ended (${answered}) before it answered`);
    }
    if (answered.error !== undefined) throw new Error(answered.error);
    return answered.answer;
  }

  /** As the power does it. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  async end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.disconnect();
    await this.#ended;
  }
}

/** The other side of `Child`: a function for each question. The program ends with its parent. */
export function answer(questions) {
  process.on('message', async ({ what, ...details }) => {
    try {
      process.send({ answer: (await questions[what](details)) ?? null });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
}
