import { setTimeout as delay } from 'node:timers/promises';
import type { Assembler } from '../frame/assemble.js';
import type { FrameBuffer } from '../frame/buffer.js';
import { monotonic } from '../frame/schedule.js';
import type { ConnectionState, HubConnection } from '../transport/connection.js';
import type { Uplink } from '../transport/uplink.js';
import type { FrameMarks } from './frame-marks.js';
import type { HostClock } from './host-clock.js';
import type { LiveReport } from './live-report.js';
import type { SettingsInForce } from './settings-in-force.js';
import type { AgentStatus } from './status.js';

/** A disk that hangs holds up no answer for longer; in ms. */
const PATIENCE_MS = 500;

/** What the parts of an agent know together. */
export interface AgentParts {
  connection: HubConnection;
  uplink: Uplink;
  buffer: FrameBuffer;
  assembler: Assembler;
  settings: SettingsInForce;
  live: LiveReport;
  clock: HostClock;
  marks: FrameMarks;
}

/** What an agent knows of itself beside its process. */
export type ReportStatus = Omit<AgentStatus, 'version' | 'pid' | 'uptime' | 'memory' | 'hub'>;

export async function readStatus(parts: AgentParts): Promise<ReportStatus> {
  const { connection, uplink, buffer, assembler, settings, live, clock, marks } = parts;
  const oldest = await Promise.race([
    buffer.oldest().catch(() => undefined),
    delay(PATIENCE_MS, undefined, { ref: false }),
  ]);
  return {
    connection: connectionOf(connection.state),
    frames: {
      ...marks.read(),
      waiting: uplink.backlog,
      waitingBytes: buffer.bytes,
      ...(oldest && { oldest: clock.since((JSON.parse(oldest.json) as { t: number }).t) }),
      dropped: uplink.dropped,
    },
    interval: { ms: settings.interval, from: settings.sourceOf('interval') },
    live: live.active,
    ...(clock.skew !== undefined && { skew: clock.skew }),
    collectors: [...assembler.outcomes],
  };
}

function connectionOf({ open, since, name, trouble, nextAttemptAt }: ConnectionState) {
  const now = monotonic();
  return {
    open,
    since: Math.round(now - since),
    ...(name !== undefined && { name }),
    ...(!open && trouble !== undefined && { trouble }),
    ...(!open &&
      nextAttemptAt !== undefined && { nextAttempt: Math.max(0, Math.round(nextAttemptAt - now)) }),
  };
}
