import type { AgentFacts } from './agent-events.js';

/**
 * How often a host reports, in ms: as was observed of one that posts over HTTP, else as its agent says.
 * Undefined as long as nothing is known.
 */
export const reportInterval = (host: {
  facts?: Pick<AgentFacts, 'interval'>;
  postedEvery?: number | null;
}): number | undefined => host.postedEvery ?? host.facts?.interval;
