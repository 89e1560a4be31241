import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the bench in its own process, which answers questions one after the other. */
export class Child {
  #process;

  constructor(file, env = {}) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), {
      env: { ...process.env, ...env },
      serialization: 'advanced',
    });
  }

  async ask(what, details = {}) {
    const ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`a part of the bench ended with ${code}`);
    });
    ended.catch(() => {});
    this.#process.send({ what, ...details });
    const [{ answer, error }] = await Promise.race([once(this.#process, 'message'), ended]);
    if (error !== undefined) throw new Error(error);
    return answer;
  }

  async end() {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
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
