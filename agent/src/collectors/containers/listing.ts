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

const stateOf = (word: unknown): ContainerState => STATES[String(word).toLowerCase()] ?? 'dead';

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
      state: stateOf(State),
      ...(health !== undefined && { health }),
    };
  });
}

/** A container as `GET /containers/ID/json` tells it. */
export interface Inspected extends Listed {
  /** Of its first process, as the engine sees it; 0 while it does not run. */
  pid: number;
  /** It has a network of its own: its counters are not those of the host or of another container. */
  ownNetwork: boolean;
}

/** @throws when it is no container */
export function parseInspection(answer: unknown): Inspected {
  const { Id, Name, Config, State, HostConfig } = answer as {
    Id?: unknown;
    Name?: unknown;
    Config?: { Image?: unknown };
    State?: { Status?: unknown; Pid?: unknown; Health?: { Status?: unknown } };
    HostConfig?: { NetworkMode?: unknown };
  };
  if (typeof Id !== 'string' || State === undefined)
    throw new Error('the engine does not answer with a container');
  const image = Config?.Image;
  const state = stateOf(State.Status);
  const health = State.Health?.Status;
  return {
    id: Id,
    name: nameOf([Name], Id),
    ...(typeof image === 'string' && image !== '' && { image: image.slice(0, 256) }),
    state,
    // The last word of the health check outlives the container.
    ...(state === 'running' && isHealth(health) && { health }),
    pid: Number(State.Pid) || 0,
    ownNetwork: !/^(host|none|ns:|container:)/.test(String(HostConfig?.NetworkMode)),
  };
}
