import type { AgentFacts, HostSettings, HostSummary, HostView, Presence } from '@tocsin/shared';
import type { Host } from './host.schema.js';

/**
 * A host as the hub has it in memory: one object for as long as the host exists, kept up to date by
 * `HostsService` and read by everybody else.
 */
export interface HostRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly tags: string[];
  readonly simulated: boolean;
  /** As the agent last introduced itself; absent before it was seen. */
  readonly facts?: AgentFacts;
  /** How often it posts, in ms, while it reports over HTTP; null since an agent's connection does. */
  readonly postedEvery?: number | null;
  /** What its agent is told. */
  readonly settings: HostSettings;
  readonly presence: Presence;
  /** As it was last saved: older than what the overview shows while frames come. */
  readonly summary?: HostSummary;
  /** UTC ms. */
  readonly createdAt: number;
}

export function recordOf(host: Host): HostRecord {
  const {
    _id,
    tenantId,
    createdAt,
    name,
    tags,
    simulated,
    facts,
    postedEvery,
    settings = {},
    presence,
    summary,
  } = host;
  return {
    id: _id.toHexString(),
    tenantId: tenantId.toHexString(),
    name,
    tags,
    simulated,
    facts,
    postedEvery,
    settings,
    presence,
    summary,
    createdAt: createdAt.getTime(),
  };
}

/** What the API shows of a host. */
export function viewOf(host: HostRecord): HostView {
  const { id, name, tags, simulated, facts, postedEvery, settings, presence, createdAt } = host;
  return {
    ...{ id, name, tags, simulated, facts: facts && aboutHost(facts), postedEvery },
    ...{ settings, presence, createdAt },
  };
}

/** The facts about the host itself, without those about one start of its agent. */
function aboutHost({ bootId: _bootId, simulated: _simulated, ...facts }: AgentFacts): HostView['facts'] {
  return facts;
}
