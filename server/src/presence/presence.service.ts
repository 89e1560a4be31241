import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import type { AgentFacts, ByeReason, Presence } from '@tocsin/shared';
import { HUB_EVENTS, type HostEvent, type PresenceChanged } from '../events/hub-events.js';
import { HostsService } from '../hosts/hosts.service.js';
import { type Epoch, HostWatch } from './presence.js';

/** A watchdog this late, in ms, tells of a hub that stood still, or of a clock that was set. */
const STOOD_STILL_MS = 2_000;

/** Knows of every host whether it is there, and tells at once when that changes. Times are UTC ms. */
@Injectable()
export class PresenceService implements OnApplicationBootstrap {
  readonly #watches = new Map<string, HostWatch>();
  #startedAt = Date.now();
  #walkedAt = this.#startedAt;

  constructor(
    private readonly hosts: HostsService,
    private readonly events: EventEmitter2,
  ) {}

  onApplicationBootstrap(): void {
    this.start(Date.now());
  }

  /** Takes up what was last known of each host; those that were there have a grace time to return. */
  start(now: number): void {
    this.#startedAt = now;
    this.#walkedAt = now;
    for (const host of this.hosts.all()) {
      const watch = this.#watch(host.id);
      if (watch.presence.status !== host.presence.status) this.#tell(host.id, watch.presence);
    }
  }

  of(hostId: string): Presence {
    return this.#watch(hostId).presence;
  }

  /** The epoch stands for this connection in all that is said of it later. */
  connected(hostId: string, facts: Pick<AgentFacts, 'interval'>, now: number): Epoch {
    const { epoch, change } = this.#watch(hostId).connected(facts.interval, now);
    this.hosts.savePostedEvery(hostId, null);
    this.#tell(hostId, change);
    return epoch;
  }

  frame(hostId: string, epoch: Epoch, now: number): void {
    this.#tell(hostId, this.#watch(hostId).frame(epoch, now));
  }

  paced(hostId: string, epoch: Epoch, { interval }: Pick<AgentFacts, 'interval'>, now: number): void {
    this.#tell(hostId, this.#watch(hostId).paced(epoch, interval, now));
  }

  /** An agent is connected for the host, and speaks for it alone. */
  hasConnection(hostId: string): boolean {
    return this.#watch(hostId).hasConnection;
  }

  /** How often the host posts, or would be expected to, in ms. */
  postedEvery(hostId: string): number {
    return this.#watch(hostId).postedEvery;
  }

  /** A frame of the present came without a connection. */
  posted(hostId: string, now: number): void {
    const watch = this.#watch(hostId);
    if (watch.hasConnection) return;
    const change = watch.posted(now);
    const postedEvery = Math.round(watch.postedEvery / 1_000) * 1_000;
    const saved = this.hosts.get(hostId)?.postedEvery ?? 0;
    // Posts come a little earlier or later each time, which is no news.
    if (Math.abs(postedEvery - saved) > saved / 4) this.hosts.savePostedEvery(hostId, postedEvery);
    this.#tell(hostId, change);
  }

  /** @param reason in plain words */
  disconnected(hostId: string, epoch: Epoch, reason: string, now: number): void {
    this.#tell(hostId, this.#watch(hostId).disconnected(epoch, reason, now));
  }

  stopped(hostId: string, epoch: Epoch, reason: ByeReason, now: number): void {
    this.#tell(hostId, this.#watch(hostId).stopped(epoch, reason, now));
  }

  /** Looks for hosts that fell silent. To be called several times a second. */
  tick(now: number): void {
    const late = now - this.#walkedAt;
    this.#walkedAt = now;
    for (const [hostId, watch] of this.#watches) {
      if (Math.abs(late) > STOOD_STILL_MS) watch.pardon(late);
      this.#tell(hostId, watch.tick(now));
    }
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  forget({ hostId }: HostEvent): void {
    this.#watches.delete(hostId);
  }

  #watch(hostId: string): HostWatch {
    const known = this.#watches.get(hostId);
    if (known !== undefined) return known;
    const host = this.hosts.get(hostId);
    const watch = new HostWatch(
      host?.presence ?? { status: 'never', since: this.#startedAt },
      this.#startedAt,
      host?.postedEvery,
    );
    if (host !== undefined) this.#watches.set(hostId, watch);
    return watch;
  }

  #tell(hostId: string, presence: Presence | undefined): void {
    const host = this.hosts.get(hostId);
    if (presence === undefined || host === undefined) return;
    this.hosts.savePresence(hostId, presence);
    const change: PresenceChanged = { tenantId: host.tenantId, hostId, presence };
    this.events.emit(HUB_EVENTS.presenceChanged, change);
  }
}
