import { setTimeout as wait } from 'node:timers/promises';
import { LiveAgent } from './live-agent.mjs';

/** Connections that are opened in a second. */
const CONNECTS_PER_SECOND = 500;
const TICK_MS = 20;
const LEAVING_AT_ONCE = 500;

/** Agents that report until they are told to stop, each at its own moment of the interval. */
export class Fleet {
  #agents;
  #options;

  /** @param {Map<object, { key: string }>} keys */
  constructor(keys, { hub, intervalMs, counts }) {
    this.#options = { intervalMs };
    this.#agents = [...keys].map(([host, { key }]) => new LiveAgent(host, { hub, key, intervalMs, counts }));
  }

  /** Frames that are not acknowledged. */
  get waiting() {
    return this.#agents.reduce((sum, agent) => sum + agent.waiting, 0);
  }

  /** Resolves when the signal ends it. */
  async run(signal) {
    const { intervalMs } = this.#options;
    const begun = Date.now();
    let turn = 0;
    while (!signal.aborted) {
      const now = Date.now();
      const started = Math.min(this.#agents.length, ((now - begun) / 1_000) * CONNECTS_PER_SECOND);
      // Agent `n` of `count` has its turn at this share of each interval.
      const until = Math.floor(((now - begun) / intervalMs) * this.#agents.length);
      for (; turn < until; turn += 1) {
        const n = turn % this.#agents.length;
        if (n < started) this.#agents[n].report(Date.now());
      }
      await wait(TICK_MS);
    }
  }

  /** Says goodbye for all of them. */
  async leave() {
    for (let at = 0; at < this.#agents.length; at += LEAVING_AT_ONCE) {
      await Promise.all(this.#agents.slice(at, at + LEAVING_AT_ONCE).map((agent) => agent.leave('shutdown')));
    }
  }
}
