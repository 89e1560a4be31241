import { cpus } from 'node:os';
import type { ContainerReading } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { ControlGroups } from '../control-groups.js';
import { Container } from './container.js';
import type { EngineAddress } from './engine-address.js';
import { EngineClient, EngineRefusal } from './engine-client.js';
import { parseInspection, parseList, type Inspected } from './listing.js';
import { Measuring } from './measuring.js';

/** What can change what a frame says. Podman has words of its own for the end and the removal. */
const EVENTS = [
  ...['create', 'start', 'die', 'died', 'pause', 'unpause'],
  ...['destroy', 'remove', 'rename', 'health_status'],
];
const filters = (values: Record<string, readonly string[]>): string =>
  `filters=${encodeURIComponent(JSON.stringify(values))}`;
const EVENTS_PATH = `/events?${filters({ type: ['container'], event: EVENTS })}`;
const LIST_PATH = '/containers/json?all=1';

/** Events that come one after the other are looked at together, after this long, in ms. */
const GATHER_MS = 20;
/** The list shows what an event was about after this long at the latest, in ms. */
const SETTLED_MS = 1_000;
/** How often everything is listed, in ms: seldom where events tell, for it costs engine and agent the most. */
const LIST_MS = { withEvents: 30_000, without: 10_000 } as const;

/** So many containers that cannot be looked at are waited for. */
const STUCK = 2;

export interface SessionOptions {
  groups: ControlGroups;
  /** Where `/proc` is mounted. */
  proc?: string;
  /** Called when a container has come, gone, or changed its state or health, and when the engine is lost. */
  onChange: () => void;
}

/** The containers of one engine as long as its connection lasts. */
export class EngineSession {
  readonly #client: EngineClient;
  readonly #containers = new Map<string, Container>();
  /** Containers of which events told. */
  readonly #touched = new Set<string>();
  readonly #measuring: Measuring;
  #stopEvents: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #listedAt = -Infinity;
  #complete = false;
  /** Single containers cannot be looked at. */
  #listOnly = false;
  /** Why it ended. */
  #ended: string | undefined;

  private constructor(
    address: EngineAddress,
    private readonly options: SessionOptions,
  ) {
    this.#client = new EngineClient(address);
    this.#measuring = new Measuring(this.#client, options.groups, cpus().length, options.proc);
  }

  /** @throws when the engine does not answer, or does not let this user in */
  static async open(address: EngineAddress, options: SessionOptions): Promise<EngineSession> {
    const session = new EngineSession(address, options);
    try {
      // First the events: what happens while the list is read is not missed.
      await session.#followEvents();
      await session.#list();
      session.#complete = true;
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Why the connection is over, undefined while it is not. */
  get ended(): string | undefined {
    return this.#ended;
  }

  get product(): string | undefined {
    return this.#client.product;
  }

  get readings(): Map<string, ContainerReading> {
    return new Map([...this.#containers.values()].map(({ id, reading }) => [id, reading]));
  }

  /** What time brings. @param now monotonic ms */
  age(now: number): void {
    if (this.#listedAt === -Infinity) this.#listedAt = now;
    const period = this.#stopEvents === undefined ? LIST_MS.without : LIST_MS.withEvents;
    if (now - this.#listedAt >= period) {
      this.#listedAt = now;
      this.#refresh();
    }
    this.#measuring.age([...this.#containers.values()], now);
  }

  close(why = 'closed'): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    clearTimeout(this.#timer);
    this.#stopEvents?.();
    this.#client.close();
    for (const container of this.#containers.values()) container.ended();
    this.#containers.clear();
    this.#changed();
  }

  async #followEvents(): Promise<void> {
    try {
      this.#stopEvents = await this.#client.follow(
        EVENTS_PATH,
        (line) => this.#onEvent(line),
        () => this.close('the connection was lost'),
      );
    } catch (error) {
      // A proxy may keep them back: then changes are seen in the next list.
      if (!(error instanceof EngineRefusal)) throw error;
    }
  }

  #onEvent(line: string): void {
    const id = idOf(line);
    if (id === undefined) return;
    this.#touched.add(id);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const ids = [...this.#touched];
        this.#touched.clear();
        if (this.#listOnly) this.#refresh();
        else void this.#inspect(ids);
      },
      this.#listOnly ? SETTLED_MS : GATHER_MS,
    );
  }

  /** Lists again. A failure ends the session. */
  #refresh(): void {
    this.#list().catch((error: Error) => this.close(error.message));
  }

  async #list(): Promise<void> {
    const listed = parseList(await this.#client.get(LIST_PATH));
    if (this.#ended !== undefined) return;
    const gone = new Set(this.#containers.keys());
    const toInspect: string[] = [];
    let alive = 0;
    for (const one of listed) {
      gone.delete(one.id);
      let container = this.#containers.get(one.id);
      if (container === undefined) {
        container = new Container(one);
        this.#containers.set(one.id, container);
        this.#changed();
      }
      const measurable = container.alive && alive++ < LIMITS.containers;
      if (this.#listOnly && container.learn(one)) this.#changed();
      if (!container.agreesWith(one) || (measurable && container.started === undefined))
        toInspect.push(one.id);
    }
    // A container that was made while the list was on its way is not gone.
    if (this.#listOnly) gone.forEach((id) => this.#remove(id));
    else await this.#inspect([...toInspect, ...gone]);
  }

  /**
   * Looks at containers one by one. What an event was about may not be in the list yet, while an inspection
   * waits for the end of the change.
   */
  async #inspect(ids: readonly string[]): Promise<void> {
    let silent = 0;
    for (const id of ids) {
      // One container may be stuck; should it be the engine, the next list notices.
      if (this.#listOnly || silent === STUCK) return;
      try {
        const inspected = parseInspection(await this.#client.get(`/containers/${id}/json`));
        if (this.#ended !== undefined) return;
        this.#learn(inspected);
      } catch (error) {
        if (!(error instanceof EngineRefusal)) silent++;
        else if (error.status === 404) this.#remove(id);
        // What a proxy does that keeps it back.
        else if ([401, 403, 405].includes(error.status)) this.#listOnly = true;
      }
    }
  }

  #learn(inspected: Inspected): void {
    let container = this.#containers.get(inspected.id);
    if (container === undefined) {
      container = new Container(inspected);
      this.#containers.set(inspected.id, container);
      this.#changed();
    }
    if (container.inspected(inspected)) this.#changed();
    if (container.started !== undefined) this.#measuring.find(container, container.started);
  }

  #remove(id: string): void {
    this.#containers.get(id)?.ended();
    if (this.#containers.delete(id)) this.#changed();
  }

  #changed(): void {
    if (this.#complete) this.options.onChange();
  }
}

/** The container that an event is about. */
function idOf(line: string): string | undefined {
  try {
    const event = JSON.parse(line) as { id?: unknown } | null;
    return typeof event?.id === 'string' && /^\w+$/.test(event.id) ? event.id : undefined;
  } catch {
    return undefined;
  }
}
