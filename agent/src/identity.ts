import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { AgentHandshake } from '@tocsin/shared';
import { PROTOCOL_VERSION } from '@tocsin/shared/limits';
import type { Credentials } from './config/read-config.js';
import type { Settings } from './config/options.js';
import { runAside } from './aside/run-aside.js';
import { readPlainFacts } from './facts/facts.js';
import { simulatedFacts } from './simulator/simulated-host.js';

/** The agent's own version, from its package. */
export function agentVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Who this agent is, for this start. */
export async function introduce(
  { key }: Pick<Credentials, 'key'>,
  settings: Settings,
): Promise<AgentHandshake> {
  const { simulate, interval } = settings;
  const facts = simulate
    ? { ...simulatedFacts(), simulated: true }
    : await runAside('facts').catch(() => readPlainFacts());
  return {
    key,
    protocol: PROTOCOL_VERSION,
    agent: { bootId: randomBytes(8).toString('hex'), version: agentVersion(), interval, ...facts },
  };
}

/** What the hub may call this host, unless somebody says otherwise. */
export const nameOfHost = (): string =>
  hostname()
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 100) || 'unnamed';
