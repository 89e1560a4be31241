import http from 'node:http';
import https from 'node:https';
import type { AgentHandshake, AgentToHubEvents, HubToAgentEvents } from '@tocsin/shared';
import { AGENT_NAMESPACE } from '@tocsin/shared/limits';
import './without-browser-globals.js';
import { io, type Socket } from 'socket.io-client';
import { readyParser } from './ready-json.js';
import { POLLING_FIRST, WEBSOCKET } from './transport-choice.js';

export type HubSocket = Socket<HubToAgentEvents, AgentToHubEvents>;

export const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than what servers and proxies allow a connection that is not used, in ms. */
const KEPT_OPEN_MS = 4_000;

/** A socket that is not connected yet and never reconnects by itself. */
export function hubSocket(hub: string, handshake: AgentHandshake, transports = WEBSOCKET): HubSocket {
  const { origin, pathname } = new URL(hub);
  return io(origin + AGENT_NAMESPACE, {
    path: `${pathname.replace(/\/+$/, '')}/socket.io`,
    auth: handshake,
    transports: [...transports],
    ...(transports === POLLING_FIRST && { agent: keptOpen(hub) as never }),
    timeout: CONNECT_TIMEOUT_MS,
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    parser: readyParser,
    // A frame of a kilobyte is not worth what it costs the hub to inflate it.
    // Handed on to ws, which takes false, though its type here names only the settings.
    perMessageDeflate: false as never,
  });
}

/** Connections for long polling, which would else make a new one for each frame. */
const keptOpen = (hub: string): http.Agent =>
  new (hub.startsWith('https:') ? https.Agent : http.Agent)({ keepAlive: true, timeout: KEPT_OPEN_MS });
