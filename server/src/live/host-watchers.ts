import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { HUB_EVENTS, type HostWatched } from '../events/hub-events.js';

/**
 * How long after the last watcher left a host still counts as watched, in ms: a page that is loaded
 * again, or whose connection broke, is back sooner.
 */
export const LINGER_MS = 5_000;

interface Watched {
  tenantId: string;
  /** UTC ms at which the last watcher left; absent while there is one. */
  leftAt?: number;
}

/** Which hosts somebody looks at right now, so that their agents report each second. */
@Injectable()
export class HostWatchers {
  readonly #hosts = new Map<string, Watched>();

  constructor(private readonly events: EventEmitter2) {}

  watches(hostId: string): boolean {
    return this.#hosts.has(hostId);
  }

  /** The first watcher of a host is there. */
  came(tenantId: string, hostId: string): void {
    const known = this.#hosts.has(hostId);
    this.#hosts.set(hostId, { tenantId });
    if (!known) this.#tell(tenantId, hostId, true);
  }

  /** The last watcher of a host is gone. `now` is UTC ms. */
  left(hostId: string, now: number): void {
    const host = this.#hosts.get(hostId);
    if (host !== undefined) host.leftAt = now;
  }

  /** Lets go of hosts that nobody came back to. Called every second. */
  sweep(now: number): void {
    for (const [hostId, { tenantId, leftAt }] of this.#hosts) {
      // A clock that was set back must not make a host watched for ever.
      if (leftAt === undefined || Math.abs(now - leftAt) < LINGER_MS) continue;
      this.#hosts.delete(hostId);
      this.#tell(tenantId, hostId, false);
    }
  }

  #tell(tenantId: string, hostId: string, watched: boolean): void {
    this.events.emit(HUB_EVENTS.hostWatched, { tenantId, hostId, watched } satisfies HostWatched);
  }
}
