import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerReading } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { Collected, Collector } from '../collector.js';
import { ControlGroups } from '../control-groups.js';
import { Engine, type EngineSetting } from './engine.js';
import { parseEngineAddress } from './engine-address.js';

/** A frame waits this long for the first answer of an engine at most, in ms; later it does not wait. */
const PATIENCE_MS = 200;

const DEFAULTS: readonly EngineSetting[] = [
  {
    label: 'Docker',
    address: { socketPath: '/var/run/docker.sock' },
    asked: false,
    pidFile: '/var/run/docker.pid',
  },
  { label: 'Podman', address: { socketPath: '/run/podman/podman.sock' }, asked: false },
];

/** @param setting an address, `none`, or undefined to look in the usual places */
export function enginesOf(setting: string | undefined): readonly EngineSetting[] {
  if (setting === undefined) return DEFAULTS;
  const address = parseEngineAddress(setting);
  return address === undefined ? [] : [{ label: 'container engine', address, asked: true }];
}

export interface ContainersOptions {
  groups?: ControlGroups;
  /** Where `/proc` is mounted. */
  proc?: string;
  onHint?: (line: string) => void;
}

/** The containers of Docker and Podman. */
export class ContainersCollector implements Collector {
  readonly name = 'containers';
  /** Called as soon as a container has come, gone, or changed its state or health. */
  onChange?: () => void;
  readonly #engines: Engine[];

  constructor(settings: readonly EngineSetting[], options: ContainersOptions = {}) {
    const { groups = new ControlGroups(), onHint = () => undefined, proc } = options;
    const onChange = () => this.onChange?.();
    this.#engines = settings.map((setting) => new Engine(setting, { groups, proc, onChange, onHint }));
  }

  async collect(now: number): Promise<Collected> {
    const opening = this.#engines.flatMap((engine) => engine.tick(now) ?? []);
    if (opening.length > 0) await patiently(Promise.all(opening));

    const problems = this.#engines.flatMap(({ failure }) => failure ?? []);
    const open = this.#engines.filter(({ readings }) => readings !== undefined);
    if (open.length === 0) {
      if (problems.length > 0) throw new Error(problems.join('; '));
      return {};
    }
    return { containers: bounded(named(open)), ...(problems.length > 0 && { problems }) };
  }

  close(): void {
    for (const engine of this.#engines) engine.close();
  }
}

/** Each container once, though two sockets may lead to the same engine, and each name once. */
function named(engines: readonly Engine[]): ContainerReading[] {
  const byId = new Map<string, ContainerReading>();
  const names = new Set<string>();
  for (const { name: engine, readings } of engines)
    for (const [id, reading] of readings!) {
      if (byId.has(id)) continue;
      const taken = names.has(reading.name);
      const name = taken ? `${reading.name.slice(0, LIMITS.nameLength - 20)} (${engine})` : reading.name;
      if (names.has(name)) continue;
      names.add(name);
      byId.set(id, taken ? { ...reading, name } : reading);
    }
  return [...byId.values()];
}

/** As many as a frame holds: those that have ended are left out first. */
function bounded(containers: ContainerReading[]): ContainerReading[] {
  const rank = ({ state }: ContainerReading) => (state === 'exited' || state === 'created' ? 1 : 0);
  if (containers.length > LIMITS.containers) {
    containers.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    containers.length = LIMITS.containers;
  }
  return containers.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function patiently(task: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([task, delay(PATIENCE_MS, undefined, patience).catch(() => undefined)]);
  patience.abort();
}
