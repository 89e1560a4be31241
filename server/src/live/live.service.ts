import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { Cursor, HostSnapshot, OverviewSnapshot, ShownFrame } from '@tocsin/shared';
import { IncidentsService } from '../alerting/incidents/incidents.service.js';
import {
  HUB_EVENTS,
  type HostEvent,
  type IncidentChanged,
  type IncidentCommented,
  type PresenceChanged,
  type QuietChanged,
} from '../events/hub-events.js';
import { type HostRecord, HostsService } from '../hosts/hosts.service.js';
import { Coalescer } from './coalescer.js';
import { LiveSockets, rooms } from './live-sockets.js';
import { Overview } from './overview.js';
import { RecentFrames } from './recent-frames.js';

interface TenantLive {
  overview: Overview;
  /** The version that everybody in the room has seen. */
  sent: number;
  coalescer: Coalescer;
}

/**
 * What people see right now, in memory. The last values of each host are saved now and then, so that after a
 * restart the overview shows them, as old as they are, until the next frames come.
 */
@Injectable()
export class LiveService implements OnModuleDestroy, OnApplicationShutdown {
  /** Names this start of the hub: versions of another one mean something else. */
  readonly #hub = randomUUID();
  readonly #tenants = new Map<string, TenantLive>();
  readonly #recent = new RecentFrames();

  constructor(
    private readonly hosts: HostsService,
    private readonly incidents: IncidentsService,
    private readonly sockets: LiveSockets,
  ) {}

  /** Before the hosts write what is pending and stop. */
  onModuleDestroy(): void {
    this.save();
  }

  onApplicationShutdown(): void {
    for (const { coalescer } of this.#tenants.values()) coalescer.stop();
  }

  /** A live frame; whoever watches the host has it before the call returns. `now` is UTC ms. */
  frame(host: HostRecord, frame: ShownFrame, now: number): void {
    const { overview, coalescer } = this.#tenant(host.tenantId);
    overview.frame(host.id, frame, now);
    this.#recent.add(host.id, frame);
    this.sockets.in(rooms.host(host.tenantId, host.id))?.emit('frame', { hostId: host.id, frame });
    coalescer.news();
  }

  /** Saves the last values of the hosts that sent any since they were last saved; nobody waits for it. */
  save(): void {
    for (const { overview } of this.#tenants.values()) {
      for (const host of overview.all()) {
        const summary = host.takeUnsaved();
        if (summary !== undefined) this.hosts.saveSummary(host.id, summary);
      }
    }
  }

  /** Everything, or what changed since a cursor of this hub. */
  overview(tenantId: string, cursor: Cursor | undefined, now: number): OverviewSnapshot {
    const { overview } = this.#tenant(tenantId);
    const resumes = cursor?.hub === this.#hub && overview.remembers(cursor.version);
    return {
      complete: !resumes,
      cursor: { hub: this.#hub, version: overview.version },
      at: now,
      hosts: overview.states(now, resumes ? cursor.version : undefined),
      removed: resumes ? overview.removedAfter(cursor.version) : [],
      openIncidents: this.incidents.openOf(tenantId),
    };
  }

  /** Undefined when the tenant has no such host. `since` is the newest frame that the client has. */
  host(tenantId: string, hostId: string, since: number | undefined, now: number): HostSnapshot | undefined {
    const live = this.#tenant(tenantId).overview.host(hostId);
    if (live === undefined) return undefined;
    this.#recent.watch(hostId, live.newest);
    return {
      host: live.state(now),
      frames: this.#recent.since(hostId, since),
      ...(live.newest && { latest: live.newest }),
    };
  }

  @OnEvent(HUB_EVENTS.hostCreated)
  hostCreated({ tenantId, hostId }: HostEvent): void {
    const { overview, coalescer } = this.#tenant(tenantId);
    const host = this.hosts.get(hostId);
    if (host === undefined || overview.host(hostId) !== undefined) return;
    overview.add(host);
    coalescer.news();
  }

  @OnEvent(HUB_EVENTS.hostChanged)
  hostChanged({ tenantId, hostId }: HostEvent): void {
    const { overview, coalescer } = this.#tenant(tenantId);
    overview.touch(hostId, 'about');
    coalescer.news();
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  hostRemoved({ tenantId, hostId }: HostEvent): void {
    const { overview, coalescer } = this.#tenant(tenantId);
    overview.remove(hostId);
    this.#recent.forget(hostId);
    coalescer.news();
  }

  @OnEvent(HUB_EVENTS.presenceChanged)
  presenceChanged({ tenantId, hostId, presence }: PresenceChanged): void {
    const { overview, coalescer } = this.#tenant(tenantId);
    overview.touch(hostId, 'presence');
    this.sockets.in(rooms.tenant(tenantId))?.emit('presence', { hostId, presence });
    coalescer.news();
  }

  @OnEvent(HUB_EVENTS.incidentCommented)
  incidentCommented({ tenantId, incident }: IncidentCommented): void {
    this.sockets.in(rooms.tenant(tenantId))?.emit('incident', incident);
  }

  @OnEvent(HUB_EVENTS.incidentChanged)
  incidentChanged({ tenantId, incident }: IncidentChanged): void {
    const { overview, coalescer } = this.#tenant(tenantId);
    this.sockets.in(rooms.tenant(tenantId))?.emit('incident', incident);
    if (overview.incident(incident)) coalescer.news();
  }

  @OnEvent(HUB_EVENTS.quietChanged)
  quietChanged({ tenantId }: QuietChanged): void {
    this.sockets.in(rooms.tenant(tenantId))?.emit('quiet');
  }

  #tenant(tenantId: string): TenantLive {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const overview = new Overview();
    for (const host of this.hosts.list(tenantId)) overview.add(host);
    for (const incident of this.incidents.openOf(tenantId)) overview.incident(incident);
    const coalescer = new Coalescer(() => this.#send(tenantId, tenant));
    const tenant: TenantLive = { overview, sent: 0, coalescer };
    this.#tenants.set(tenantId, tenant);
    return tenant;
  }

  #send(tenantId: string, tenant: TenantLive): void {
    const { overview, sent } = tenant;
    const { version } = overview;
    tenant.sent = version;
    const viewers = this.sockets.in(rooms.overview(tenantId));
    if (viewers === undefined || version === sent) return;
    const now = Date.now();
    viewers.emit('overview', {
      cursor: { hub: this.#hub, version },
      at: now,
      hosts: overview.changes(now, sent),
      removed: overview.removedAfter(sent),
    });
  }
}
