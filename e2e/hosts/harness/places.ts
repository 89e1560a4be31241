import { join } from 'node:path';
import { ROOT } from '../../support/places.js';

const CACHE = join(ROOT, '.cache/hosts');

export const PLACES = {
  /** The Debian that every host shares; kept between runs. */
  base: join(CACHE, 'base'),
  /** A tmpfs: what this run writes, gone with it. */
  run: join(CACHE, 'run'),
  /** Node and the agent, laid over the Debian of every host. */
  agentLayer: join(CACHE, 'run/agent-layer') as string,
  teardown: join(import.meta.dirname, 'teardown.sh'),
} as const;

/** 198.18.0.0/15 is set aside for tests of network devices: nobody's real network is in the way. */
export const NETWORK = {
  bridge: 'tocsin-hosts',
  hub: '198.18.77.1',
  prefix: 24,
  host: (number: number) => `198.18.77.${10 + number}`,
  namespace: (name: string) => `tocsin-host-${name}`,
  /** The end of the host's cable on the hub's side; 15 characters at most. */
  cable: (name: string) => `tocsin-${name}`,
} as const;
