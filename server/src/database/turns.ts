/** Work that has to be done one after the other where it is about the same thing. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all is done that was asked for about `key` before, whether that succeeded or not. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
