/** Hosts that vanish within this time of each other, in ms, vanished at once: some are noticed by silence only. */
const AT_ONCE_MS = 5_000;
/** Fewer than this are told one by one. */
const AT_LEAST = 5;
/** It is over when so long no host came back, in ms: they come in over some seconds. */
const SETTLED_MS = 10_000;

/**
 * Tells whether at least half of the hosts that report vanished at once, which says more about the hub's network,
 * or about something that they share, than about each of them. Knows no I/O and no clock; times are UTC ms.
 */
export class VanishedHosts {
  readonly #reporting = new Set<string>();
  readonly #lately = new Map<string, number>();
  #together?: { hosts: Set<string>; most: number; cameBackAt: number };

  /** It was so before a restart of the hub. */
  resume(hosts: Iterable<string>, now: number): void {
    const gone = new Set(hosts);
    this.#together = { hosts: gone, most: gone.size, cameBackAt: now };
  }

  reports(hostId: string, now: number): void {
    this.#reporting.add(hostId);
    this.#lately.delete(hostId);
    if (this.#together?.hosts.delete(hostId)) this.#together.cameBackAt = now;
  }

  /** Nothing is heard from it, and nobody said that it would be so. */
  vanished(hostId: string, now: number): void {
    if (!this.#reporting.delete(hostId)) return;
    this.#lately.set(hostId, now);
    for (const [id, at] of this.#lately) if (Math.abs(now - at) > AT_ONCE_MS) this.#lately.delete(id);
    if (this.#together !== undefined) {
      this.#together.hosts.add(hostId);
      this.#together.most = Math.max(this.#together.most, this.#together.hosts.size);
    } else if (this.#lately.size >= AT_LEAST && this.#lately.size >= this.#reporting.size) {
      const hosts = new Set(this.#lately.keys());
      this.#together = { hosts, most: hosts.size, cameBackAt: now };
    }
  }

  /** Stopped on purpose, or removed: it says nothing about the others. */
  left(hostId: string): void {
    this.#reporting.delete(hostId);
    this.#lately.delete(hostId);
    this.#together?.hosts.delete(hostId);
  }

  /** How many are gone together; undefined when that is over, or was not. */
  look(now: number): number | undefined {
    if (this.#together === undefined) return undefined;
    const { hosts, most, cameBackAt } = this.#together;
    const isSettled = Math.abs(now - cameBackAt) >= SETTLED_MS;
    if (hosts.size === 0 || (hosts.size * 2 < most && isSettled)) this.end();
    return this.#together?.hosts.size;
  }

  /** Each of them counts for itself again. */
  end(): void {
    this.#together = undefined;
  }

  has(hostId: string): boolean {
    return this.#together?.hosts.has(hostId) ?? false;
  }
}
