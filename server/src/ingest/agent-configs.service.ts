import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { HUB_EVENTS, type HostEvent } from '../events/hub-events.js';
import { HostsService } from '../hosts/hosts.service.js';
import { HostWatchers } from '../live/host-watchers.js';
import { AgentConnections } from './agent-connections.js';

/** Tells each agent what it shall do: when it connects, and whenever that changes. */
@Injectable()
export class AgentConfigsService {
  constructor(
    private readonly connections: AgentConnections,
    private readonly hosts: HostsService,
    private readonly watchers: HostWatchers,
  ) {}

  @OnEvent(HUB_EVENTS.hostChanged)
  @OnEvent(HUB_EVENTS.hostWatched)
  tell({ hostId }: HostEvent): void {
    const host = this.hosts.get(hostId);
    if (host === undefined) return;
    const { settings } = host;
    this.connections.get(hostId)?.configure({ settings, live: this.watchers.watches(hostId) });
  }
}
