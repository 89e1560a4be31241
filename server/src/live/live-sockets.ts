import { Injectable } from '@nestjs/common';
import type { BrowserToHubEvents, HubToBrowserEvents } from '@tocsin/shared';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Identity } from '../auth/access-tokens.js';
import { HostWatchers } from './host-watchers.js';

export interface LiveSocketData {
  identity: Identity;
}
export type LiveSocket = Socket<BrowserToHubEvents, HubToBrowserEvents, DefaultEventsMap, LiveSocketData>;
export type LiveNamespace = Namespace<
  BrowserToHubEvents,
  HubToBrowserEvents,
  DefaultEventsMap,
  LiveSocketData
>;

/** Messages that may wait for a client to read them. One that falls behind further has to come again. */
export const BACKLOG_MESSAGES = 128;

/** Room names begin with the tenant, so that no room is shared by two. */
export const rooms = {
  tenant: (tenantId: string) => `${tenantId} all`,
  overview: (tenantId: string) => `${tenantId} overview`,
  host: (tenantId: string, hostId: string) => `${tenantId} host ${hostId}`,
};
/** The reverse of `rooms.host`. */
const HOST_ROOM = /^([0-9a-f]{24}) host ([0-9a-f]{24})$/;

/** The open connections of people's browsers, in rooms. */
@Injectable()
export class LiveSockets {
  #namespace?: LiveNamespace;

  constructor(private readonly watchers: HostWatchers) {}

  attach(namespace: LiveNamespace): void {
    this.#namespace = namespace;
    // A room is there as long as somebody is in it, however they left.
    namespace.adapter.on('create-room', (room: string) => {
      const [, tenantId, hostId] = HOST_ROOM.exec(room) ?? [];
      if (tenantId && hostId) this.watchers.came(tenantId, hostId);
    });
    namespace.adapter.on('delete-room', (room: string) => {
      const [, , hostId] = HOST_ROOM.exec(room) ?? [];
      if (hostId) this.watchers.left(hostId, Date.now());
    });
  }

  /** Whom a message would reach; undefined when nobody is there, so that it need not even be made. */
  in(room: string): ReturnType<LiveNamespace['to']> | undefined {
    return this.#namespace?.adapter.rooms.has(room) ? this.#namespace.to(room) : undefined;
  }

  /** Everybody, whatever their tenant: for what is true of the hub itself. */
  everybody(): LiveNamespace | undefined {
    return this.#namespace;
  }

  /** Ends connections whose token has ended or who read too slowly. Called every second. */
  sweep(now: number): void {
    for (const socket of this.#namespace?.sockets.values() ?? []) {
      const { writeBuffer } = socket.conn as unknown as { writeBuffer: unknown[] };
      if (now >= socket.data.identity.expiresAt) {
        socket.emit('ending', { code: 'token_expired', message: 'The access token has ended.' });
        socket.disconnect();
      } else if (writeBuffer.length > BACKLOG_MESSAGES) {
        // Without waiting for the backlog to drain, which a client this slow may never read.
        socket.conn.close(true);
      }
    }
  }
}
