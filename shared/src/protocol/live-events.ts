import Type from 'typebox';
import type { Incident } from '../alerting/incident.js';
import type { Severity } from '../alerting/rule.js';
import type { AgentFacts } from './agent-events.js';
import type { LiveFrame, ServiceState } from './frame.js';
import type { Presence } from './presence.js';
import type { ProcessList } from './processes.js';

const strict = { additionalProperties: false } as const;
const hostId = Type.String({ pattern: '^[0-9a-f]{24}$' });

/**
 * Socket.IO namespace of the people's browsers; `auth: { token }` is the access token. A connection that
 * is not let in gets `connect_error` with `data.code` `unauthorized`, `forbidden` or
 * `internal`. One that reads too slowly is cut off, and comes back with its cursor.
 */
export const LIVE_NAMESPACE = '/live';

/** The newest values of a host, as the overview shows them: percent, bytes per second. */
export interface HostSummary {
  /** UTC ms of the frame. */
  t: number;
  cpu?: number;
  ram?: number;
  swap?: number;
  /** The fullest file system. */
  disk?: { mount: string; usage: number };
  in?: number;
  out?: number;
  load1?: number;
  services: { name: string; state: ServiceState }[];
}

/** One host as the overview knows it. */
export interface HostState {
  id: string;
  name: string;
  tags: string[];
  simulated: boolean;
  /** As the agent last introduced itself; absent before it was seen. */
  facts?: Pick<
    AgentFacts,
    | 'hostname'
    | 'os'
    | 'kernel'
    | 'arch'
    | 'cpuModel'
    | 'cpus'
    | 'memTotal'
    | 'bootTime'
    | 'version'
    | 'interval'
    | 'fixed'
  >;
  /** How often the host posts, in ms, while it reports over HTTP; null since an agent's connection does. */
  postedEvery?: number | null;
  presence: Presence;
  summary?: HostSummary;
  /** CPU usage of the last ten minutes, one average per 10 s, oldest first; null where nothing came. */
  cpuTrend: (number | null)[];
  incidents: { open: number; worst?: Severity };
}

/**
 * Place in the stream of changes. A client hands its last one back and gets what came since; a cursor
 * of another hub start is answered with everything.
 */
export interface Cursor {
  hub: string;
  version: number;
}

export interface OverviewSnapshot {
  /** `true`: replaces all that the client has; `false`: these hosts changed since the client's cursor. */
  complete: boolean;
  cursor: Cursor;
  /** The hub's clock, UTC ms. */
  at: number;
  hosts: HostState[];
  /** Ids of hosts that are gone. */
  removed: string[];
  openIncidents: Incident[];
}

/** What changed about a host: a field that is left out is as it was. A new host comes whole. */
export type HostChange = Pick<HostState, 'id'> & Partial<HostState>;

export interface OverviewDelta {
  cursor: Cursor;
  at: number;
  hosts: HostChange[];
  removed: string[];
}

/** A frame as browsers get it; one that is live only has no `seq`. */
export type ShownFrame = LiveFrame & { seq?: number };

export interface HostSnapshot {
  host: HostState;
  /** What the hub still has in memory since the asked time, oldest first; older frames are in the history. */
  frames: ShownFrame[];
  /** The newest frame, also when it is older than what was asked for. */
  latest?: ShownFrame;
}

export interface LiveError {
  error: {
    code: 'not_found' | 'invalid' | 'unauthorized' | 'unavailable' | 'internal';
    message: string;
    field?: string;
  };
}

/** How well the hub's database keeps up. The graphs go on meanwhile, and agents keep what is not stored. */
export interface StoringState {
  /** How long the oldest frame has waited to be on disk, in ms. */
  lagMs: number;
  /** So much waits that the hub takes no more. */
  refusing: boolean;
}

/** Storing is called behind from this lag on, in ms: a frame is usually on disk within one second. */
export const STORING_BEHIND_MS = 3_000;

/** Why the hub ends a live connection: the access token ended and was not renewed. */
export interface LiveEnd {
  code: 'token_expired';
  message: string;
}

export const Cursor = Type.Object(
  { hub: Type.String({ maxLength: 64 }), version: Type.Integer({ minimum: 0 }) },
  strict,
);
export const WatchOverview = Type.Object({ cursor: Type.Optional(Cursor) }, strict);
export const WatchHost = Type.Object(
  {
    hostId,
    /** UTC ms of the newest frame that the client already has. */
    since: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  strict,
);
export const UnwatchHost = Type.Object({ hostId }, strict);
export const AskProcesses = Type.Object({ hostId }, strict);
export const RenewToken = Type.Object({ token: Type.String({ maxLength: 4096 }) }, strict);
export type WatchOverview = Type.Static<typeof WatchOverview>;
export type WatchHost = Type.Static<typeof WatchHost>;
export type UnwatchHost = Type.Static<typeof UnwatchHost>;
export type AskProcesses = Type.Static<typeof AskProcesses>;
export type RenewToken = Type.Static<typeof RenewToken>;

export interface BrowserToHubEvents {
  watchOverview: (ask: WatchOverview, answer: (snapshot: OverviewSnapshot | LiveError) => void) => void;
  unwatchOverview: () => void;
  watchHost: (ask: WatchHost, answer: (snapshot: HostSnapshot | LiveError) => void) => void;
  unwatchHost: (ask: UnwatchHost) => void;
  /** Asks the host's agent for its processes at this moment. */
  processes: (ask: AskProcesses, answer: (list: ProcessList | LiveError) => void) => void;
  /** Hands in a new access token before the old one ends; without it the hub closes the connection. */
  renew: (ask: RenewToken, answer: (result: { ok: true } | LiveError) => void) => void;
}

export interface HubToBrowserEvents {
  /** At most one every 250 ms, the first change at once. */
  overview: (delta: OverviewDelta) => void;
  /** At once, beside and before the coalesced delta. */
  presence: (change: { hostId: string; presence: Presence }) => void;
  /** Every frame of a watched host, at once. */
  frame: (message: { hostId: string; frame: ShownFrame }) => void;
  /** An incident opened, changed or was resolved; at once. */
  incident: (incident: Incident) => void;
  /** Silences or maintenance windows are not what they were: ask for them again. */
  quiet: () => void;
  /** Each second while storing is behind, to whoever connects meanwhile, and once when it has caught up. */
  storing: (state: StoringState) => void;
  /** The last message before the hub closes the connection. */
  ending: (end: LiveEnd) => void;
}
