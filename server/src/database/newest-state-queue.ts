import { setTimeout as delay } from 'node:timers/promises';

const BATCH = 500;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Somebody who waits until these keys are written. */
interface Waiter {
  keys: Set<string>;
  done: () => void;
  givenUp: () => void;
}

/**
 * Writes states in the order in which their keys first changed, again and again until they are written.
 * A key that changes while it waits keeps its place and is written as it is now, so the queue is never
 * longer than there are keys, however long the database hangs.
 */
export class NewestStateQueue<State> {
  readonly #waiting = new Map<string, State>();
  readonly #waiters = new Set<Waiter>();
  readonly #retry = new AbortController();
  #running = false;

  /**
   * @param write resolves when the states are durable; may be given the same states again
   * @param failed told of the first failure in a row
   */
  constructor(
    private readonly write: (states: State[]) => Promise<void>,
    private readonly failed: (error: Error) => void,
  ) {}

  put(key: string, state: State): void {
    this.#waiting.set(key, state);
    if (!this.#running) void this.#run();
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves when all that was put so far is written; false when that took longer than `withinMs`. */
  async settled(withinMs: number): Promise<boolean> {
    if (this.#waiting.size === 0) return true;
    const limit = new AbortController();
    const written = this.written(limit.signal).then(
      () => true,
      () => false,
    );
    const late = delay(withinMs, false, { signal: limit.signal }).catch(() => false);
    return Promise.race([written, late]).finally(() => limit.abort());
  }

  /**
   * Resolves when all that was put so far is written, however long that takes.
   * @throws when it is given up, because the queue was closed or nobody waits any more
   */
  async written(nobodyWaits?: AbortSignal): Promise<void> {
    if (this.#waiting.size === 0) return;
    if (this.#retry.signal.aborted) throw notWritten();
    const keys = new Set(this.#waiting.keys());
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = { keys, done: resolve, givenUp: () => reject(notWritten()) };
      this.#waiters.add(waiter);
      nobodyWaits?.addEventListener('abort', () => {
        this.#waiters.delete(waiter);
        waiter.givenUp();
      });
    });
  }

  /** Gives up what is not written within the time, in ms; returns how much that is. */
  async close(withinMs: number): Promise<number> {
    await this.settled(withinMs);
    this.#retry.abort();
    for (const { givenUp } of this.#waiters) givenUp();
    this.#waiters.clear();
    return this.#waiting.size;
  }

  async #run(): Promise<void> {
    this.#running = true;
    let failures = 0;
    while (this.#waiting.size > 0 && !this.#retry.signal.aborted) {
      const batch = [...this.#waiting].slice(0, BATCH);
      try {
        await this.write(batch.map(([, state]) => state));
        failures = 0;
        for (const [key, state] of batch) if (this.#waiting.get(key) === state) this.#written(key);
      } catch (error) {
        if (failures === 0) this.failed(error as Error);
        const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++);
        await delay(wait, undefined, { signal: this.#retry.signal }).catch(() => {});
      }
    }
    this.#running = false;
  }

  #written(key: string): void {
    this.#waiting.delete(key);
    for (const waiter of this.#waiters) {
      if (!waiter.keys.delete(key) || waiter.keys.size > 0) continue;
      this.#waiters.delete(waiter);
      waiter.done();
    }
  }
}

const notWritten = () => new Error('it was given up before it was written');
