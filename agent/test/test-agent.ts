import { randomBytes } from 'node:crypto';
import type { AgentHandshake } from '@tocsin/shared';
import { PROTOCOL_VERSION } from '@tocsin/shared/limits';
import { Agent, type AgentOptions } from '../src/agent.js';
import type { Collector } from '../src/collectors/collector.js';
import { Remembered } from '../src/control/remembered.js';
import { SettingsInForce } from '../src/control/settings-in-force.js';
import { simulatedFacts } from '../src/simulator/simulated-host.js';
import type { Logger } from '../src/logging/logger.js';

export const testHandshake = (interval = 50): AgentHandshake => ({
  key: 'toc_test',
  protocol: PROTOCOL_VERSION,
  agent: { bootId: randomBytes(8).toString('hex'), version: '0.0.0', interval, ...simulatedFacts() },
});

/** Nothing is to be watched or left out. */
export const UNWATCHED = {
  services: [],
  includeDisks: [],
  excludeDisks: [],
  includeInterfaces: [],
  excludeInterfaces: [],
};

export const memoryLog = (): { lines: string[]; log: Logger } => {
  const lines: string[] = [];
  const at = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
  return { lines, log: { error: at('error'), warn: at('warn'), info: at('info'), debug: () => undefined } };
};

const load: Collector = {
  name: 'load',
  collect: () => ({ ram: { total: 2, used: 1, available: 1, swapTotal: 0, swapUsed: 0 } }),
};

/** An agent that measures next to nothing, twenty times a second. */
export function testAgent(hub: string, options: Partial<AgentOptions> = {}) {
  const { lines, log } = memoryLog();
  const handshake = testHandshake();
  const agent = new Agent({
    hub,
    handshake,
    settings: new SettingsInForce({ ...UNWATCHED, interval: handshake.agent.interval }, []),
    remembered: new Remembered(undefined, log),
    collectors: [load],
    buffer: { memoryBytes: 10_000_000, diskBytes: 10_000_000 },
    log,
    ...options,
  });
  return { agent, lines, bootId: handshake.agent.bootId };
}
