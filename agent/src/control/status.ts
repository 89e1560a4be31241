import type { Outcome } from '../collectors/collector-set.js';
import type { SettingSource } from './settings-in-force.js';

/** What `tocsin-agent status` shows: how the running agent does. Ages and durations in ms. */
export interface AgentStatus {
  version: string;
  pid: number;
  /** Since the agent was started. */
  uptime: number;
  /** Resident memory in bytes. */
  memory: number;
  hub: string;
  connection: {
    open: boolean;
    /** How long it has been so. */
    since: number;
    /** The host's name in the hub. */
    name?: string;
    /** Why there is none. */
    trouble?: string;
    /** In how long the next attempt is made. */
    nextAttempt?: number;
  };
  frames: {
    sent?: { seq: number; age: number };
    acknowledged?: { seq: number; age: number };
    /** Those that the hub has not acknowledged. */
    waiting: number;
    waitingBytes: number;
    /** Age of the oldest of them. */
    oldest?: number;
    /** Given up since the start. */
    dropped: number;
  };
  interval: { ms: number; from: SettingSource };
  /** Somebody watches: it also reports each second. */
  live: boolean;
  /** How far the host's clock is ahead of the hub's; left out before the hub was reached. */
  skew?: number;
  collectors: Outcome[];
}

/** A hub that works acknowledges within this time, or three intervals; in ms. */
const PATIENCE_MS = 30_000;

/** Whether frames reach the hub and it keeps them. */
export function isWell({ connection, frames, interval }: AgentStatus): boolean {
  const patience = Math.max(PATIENCE_MS, 3 * interval.ms);
  return connection.open && Math.min(connection.since, frames.acknowledged?.age ?? Infinity) < patience;
}
