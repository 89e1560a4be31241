import type { HostChange, HostState, Incident, ShownFrame } from '@tocsin/shared';
import type { HostRecord } from '../hosts/hosts.service.js';
import { HostLive, type Part } from './host-live.js';

/** How many removed hosts are remembered for clients that were away; a longer absence gets everything. */
const REMEMBERED_REMOVALS = 1_000;

/**
 * All hosts of one tenant, with a version that counts every change. Whoever has seen a version gets what
 * came after it, so a client that was away for a moment misses nothing and is sent nothing twice.
 */
export class Overview {
  readonly #hosts = new Map<string, HostLive>();
  readonly #removed = new Map<string, number>();
  #version = 0;
  /** Removals up to this version are forgotten. */
  #forgotten = -1;

  get version(): number {
    return this.#version;
  }

  host(hostId: string): HostLive | undefined {
    return this.#hosts.get(hostId);
  }

  add(host: HostRecord): HostLive {
    const live = new HostLive(host, ++this.#version);
    this.#hosts.set(host.id, live);
    return live;
  }

  remove(hostId: string): void {
    if (!this.#hosts.delete(hostId)) return;
    this.#removed.set(hostId, ++this.#version);
    if (this.#removed.size <= REMEMBERED_REMOVALS) return;
    const [oldest, version] = this.#removed.entries().next().value!;
    this.#removed.delete(oldest);
    this.#forgotten = version;
  }

  touch(hostId: string, part: Part): void {
    this.#hosts.get(hostId)?.touch(part, ++this.#version);
  }

  frame(hostId: string, frame: ShownFrame, now: number): void {
    this.#hosts.get(hostId)?.frame(frame, now, ++this.#version);
  }

  incident(incident: Incident): boolean {
    return this.#hosts.get(incident.hostId)?.incident(incident, ++this.#version) ?? false;
  }

  /** Can a client with this version be told what it missed? */
  remembers(version: number): boolean {
    return version <= this.#version && version >= this.#forgotten;
  }

  /** Hosts whole, those that changed after a version; of all versions when it is left out. */
  states(now: number, since = -1): HostState[] {
    return this.#after(since, (host) => host.state(now));
  }

  changes(now: number, since: number): HostChange[] {
    return this.#after(since, (host) => host.changesSince(since, now));
  }

  all(): Iterable<HostLive> {
    return this.#hosts.values();
  }

  removedAfter(since: number): string[] {
    return [...this.#removed].filter(([, version]) => version > since).map(([id]) => id);
  }

  #after<T>(since: number, view: (host: HostLive) => T): T[] {
    const seen: T[] = [];
    for (const host of this.#hosts.values()) if (host.version > since) seen.push(view(host));
    return seen;
  }
}
