import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { HOST_LOST, HUB_NETWORK, NO_HOST, type Presence, VanishedHosts } from '@tocsin/shared';
import { HUB_EVENTS, type HostEvent, type PresenceChanged } from '../../events/hub-events.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { Holders } from '../incidents/holders.js';
import { IncidentsService } from '../incidents/incidents.service.js';

const NAME = 'Many hosts vanished at once';

/**
 * Opens one incident when most of a tenant's hosts vanish at once, and holds those of the hosts back meanwhile:
 * a hub that lost its own network must not ring a thousand times.
 */
@Injectable()
export class HubNetworkService implements OnApplicationBootstrap {
  readonly #tenants = new Map<string, VanishedHosts>();
  /** The incident of each tenant whose hosts are gone. */
  readonly #incidents = new Map<string, string>();

  constructor(
    private readonly hosts: HostsService,
    private readonly incidents: IncidentsService,
    holders: Holders,
  ) {
    holders.join((tenantId, { metric, hostId }) => {
      if (metric !== HOST_LOST.id || !this.#tenants.get(tenantId)?.has(hostId)) return undefined;
      const id = this.#incidents.get(tenantId);
      return { by: 'inhibited', ...(id !== undefined && { id }), name: NAME };
    });
  }

  /** Hosts that nobody has heard of since the start cannot vanish: until they are back they are all silent. */
  onApplicationBootstrap(): void {
    const now = Date.now();
    for (const tenantId of this.incidents.tenants()) {
      const open = this.incidents.openOf(tenantId).find(({ metric }) => metric === HUB_NETWORK);
      if (open === undefined) continue;
      this.#incidents.set(tenantId, open.id);
      const silent = [...this.hosts.all()].filter(
        (host) => host.tenantId === tenantId && isVanished(host.presence),
      );
      this.#of(tenantId).resume(
        silent.map(({ id }) => id),
        now,
      );
    }
  }

  @OnEvent(HUB_EVENTS.presenceChanged)
  presenceChanged({ tenantId, hostId, presence }: PresenceChanged): void {
    const now = Date.now();
    const hosts = this.#of(tenantId);
    if (presence.status === 'online') hosts.reports(hostId, now);
    else if (isVanished(presence)) hosts.vanished(hostId, now);
    else hosts.left(hostId);
    this.#look(tenantId, hosts, now);
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  hostRemoved({ tenantId, hostId }: HostEvent): void {
    this.#tenants.get(tenantId)?.left(hostId);
  }

  /** Called every second. */
  tick(now: number): void {
    for (const [tenantId, hosts] of this.#tenants) this.#look(tenantId, hosts, now, true);
  }

  #look(tenantId: string, hosts: VanishedHosts, now: number, isTick = false): void {
    const gone = hosts.look(now);
    const id = this.#incidents.get(tenantId);
    const open = id === undefined ? undefined : this.incidents.opened(tenantId, id)?.incident;
    if (id !== undefined && (gone === undefined || open === undefined)) {
      // Whoever resolves it by hand wants each host to count for itself.
      hosts.end();
      this.#incidents.delete(tenantId);
      if (open !== undefined) this.incidents.resolve(tenantId, id, 'cleared', now, { lastValue: 0 });
    } else if (gone === undefined) {
      // There is nothing to tell, or not yet.
      return;
    } else if (open === undefined) {
      this.#open(tenantId, gone, now);
    } else if (isTick) {
      const worst = Math.max(gone, open.worstValue);
      this.incidents.progress(tenantId, open.id, { worst, last: gone }, now);
    }
  }

  #open(tenantId: string, gone: number, now: number): void {
    const opened = this.incidents.open(
      tenantId,
      {
        ...{ ruleId: NO_HOST, ruleName: NAME, hostId: NO_HOST, hostName: 'Hub', metric: HUB_NETWORK },
        ...{ severity: 'critical', comparison: '>=', firesAt: gone },
      },
      { since: now, openedAt: now, opened: gone, worst: gone, last: gone },
    );
    if (opened !== undefined) this.#incidents.set(tenantId, opened.id);
    this.incidents.review(now, tenantId);
  }

  #of(tenantId: string): VanishedHosts {
    let hosts = this.#tenants.get(tenantId);
    if (hosts === undefined) this.#tenants.set(tenantId, (hosts = new VanishedHosts()));
    return hosts;
  }
}

const isVanished = ({ status }: Presence): boolean => status === 'lost' || status === 'stale';
