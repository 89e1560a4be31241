import type { ContainerReading, ContainerState } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';

export type Health = ContainerReading['health'];

/** A container as `GET /containers/json` lists it. */
export interface Listed {
  id: string;
  name: string;
  image?: string;
  state: ContainerState;
  health?: Health;
}

const STATES: Record<string, ContainerState> = {
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  created: 'created',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  // Podman's own words.
  configured: 'created',
  initialized: 'created',
  stopping: 'running',
  stopped: 'exited',
};

const isHealth = (word: unknown): word is Health =>
  word === 'healthy' || word === 'unhealthy' || word === 'starting';

/** `Up 2 hours (healthy)`, `Up 3 seconds (health: starting)`. */
function healthOfStatus(status: unknown): Health {
  const [, word] = /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(String(status)) ?? [];
  return isHealth(word) ? word : undefined;
}

/** The container's own name: with links it has further ones, such as `/web/db`. */
function nameOf(names: unknown, id: string): string {
  const all = Array.isArray(names) ? names.map(String) : [];
  const own = all.find((name) => name.lastIndexOf('/') === 0) ?? all[0] ?? '';
  return (own.replace(/^\//, '') || id.slice(0, 12)).slice(0, LIMITS.nameLength);
}

/** @throws when it is no list of containers */
export function parseList(answer: unknown): Listed[] {
  if (!Array.isArray(answer)) throw new Error('the engine does not answer with a list of containers');
  return (answer as Record<string, unknown>[]).map(({ Id, Names, Image, State, Status }) => {
    const id = String(Id);
    const health = healthOfStatus(Status);
    return {
      id,
      name: nameOf(Names, id),
      ...(typeof Image === 'string' && Image !== '' && { image: Image.slice(0, 256) }),
      state: STATES[String(State).toLowerCase()] ?? 'dead',
      ...(health !== undefined && { health }),
    };
  });
}

/** What only `GET /containers/ID/json` tells. */
export interface Inspected {
  /** Of its first process, as the engine sees it; 0 while it does not run. */
  pid: number;
  /** Podman 4 does not tell it in the list. */
  health?: Health;
  /** It has a network of its own: its counters are not those of the host or of another container. */
  ownNetwork: boolean;
}

export function parseInspection(answer: unknown): Inspected {
  const { State, HostConfig } = answer as {
    State?: { Pid?: unknown; Health?: { Status?: unknown } };
    HostConfig?: { NetworkMode?: unknown };
  };
  const health = State?.Health?.Status;
  return {
    pid: Number(State?.Pid) || 0,
    ...(isHealth(health) && { health }),
    ownNetwork: !/^(host|none|ns:|container:)/.test(String(HostConfig?.NetworkMode)),
  };
}
