/** Hosts that vanish within this time of each other, in ms, vanished at once: some are noticed by silence only. */
const AT_ONCE_MS = 5_000;
/** Fewer than this are told one by one. */
const AT_LEAST = 5;
/** So long they have to be gone, in ms: a hub that stood still for a moment finds everybody silent, and hears them next. */
const SURE_AFTER_MS = 5_000;
/** It is over when so long no host came back, in ms: they come in over some seconds. */
const SETTLED_MS = 10_000;

/**
 * Tells whether at least half of the hosts that report vanished at once, which says more about the hub's network,
 * or about something that they share, than about each of them. Knows no I/O and no clock; times are UTC ms.
 */
export class VanishedHosts {
  readonly #reporting = new Set<string>();
  readonly #lately = new Map<string, number>();
  #together?: { hosts: Set<string>; most: number; cameBackAt: number; since: number; isSure: boolean };

  /** It was so before a restart of the hub. */
  resume(hosts: Iterable<string>, now: number): void {
    const gone = new Set(hosts);
    this.#together = { hosts: gone, most: gone.size, cameBackAt: now, since: now, isSure: true };
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
      this.#together = { hosts, most: hosts.size, cameBackAt: now, since: now, isSure: false };
    }
  }

  /** Stopped on purpose, or removed: it says nothing about the others. */
  left(hostId: string): void {
    this.#reporting.delete(hostId);
    this.#lately.delete(hostId);
    this.#together?.hosts.delete(hostId);
  }

  /** How many are gone together; undefined when that is not sure yet, is over, or was not. */
  look(now: number): number | undefined {
    const together = this.#together;
    if (together === undefined) return undefined;
    const { hosts, most, cameBackAt, since } = together;
    const areMostBack = hosts.size * 2 < most;
    const isSettled = !together.isSure || Math.abs(now - cameBackAt) >= SETTLED_MS;
    if (hosts.size === 0 || (areMostBack && isSettled)) {
      this.end();
      return undefined;
    }
    together.isSure ||= Math.abs(now - since) >= SURE_AFTER_MS;
    return together.isSure ? hosts.size : undefined;
  }

  /** Each of them counts for itself again. */
  end(): void {
    this.#together = undefined;
  }

  has(hostId: string): boolean {
    return this.#together?.hosts.has(hostId) ?? false;
  }
}
