import { cpus } from 'node:os';
import type { ContainerReading } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import type { ControlGroups } from '../control-groups.js';
import { Container } from './container.js';
import type { EngineAddress } from './engine-address.js';
import { EngineClient, EngineRefusal } from './engine-client.js';
import { parseInspection, parseList } from './listing.js';
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

/** Events that come one after the other are answered by one question, after this long, in ms. */
const GATHER_MS = 20;
/** How often everything is listed, in ms: seldom where events tell, for it costs engine and agent the most. */
const LIST_MS = { withEvents: 30_000, without: 10_000 } as const;

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
      await session.#inspectAll();
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
    for (const container of this.#containers.values()) container.restarted();
    this.#containers.clear();
    if (this.#complete) this.options.onChange();
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
    let event: { id?: unknown; Action?: unknown; status?: unknown };
    try {
      event = JSON.parse(line) as typeof event;
    } catch {
      return;
    }
    const id = String(event.id);
    const action = String(event.Action ?? event.status);
    const container = this.#containers.get(id);
    if (/^(start|die)/.test(action)) container?.restarted();
    // Podman does not tell health in its list: it has to be asked for.
    else if (action.startsWith('health_status') && container) container.toInspect = true;
    this.#touched.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const ids = [...this.#touched];
      this.#touched.clear();
      this.#refresh(ids);
    }, GATHER_MS);
  }

  /** Lists again. A failure ends the session. @param ids of these containers only */
  #refresh(ids?: readonly string[]): void {
    this.#list(ids)
      .then(() => this.#inspectAll())
      .catch((error: Error) => this.close(error.message));
  }

  async #list(ids?: readonly string[]): Promise<void> {
    const path = ids === undefined ? LIST_PATH : `${LIST_PATH}&${filters({ id: ids })}`;
    const listed = parseList(await this.#client.get(path));
    if (this.#ended !== undefined) return;
    let changed = false;
    const missing = new Set(ids ?? this.#containers.keys());
    for (const one of listed) {
      missing.delete(one.id);
      const container = this.#containers.get(one.id);
      if (container !== undefined) changed = container.update(one) || changed;
      else {
        this.#containers.set(one.id, new Container(one));
        changed = true;
      }
    }
    for (const id of missing) {
      this.#containers.get(id)?.restarted();
      changed = this.#containers.delete(id) || changed;
    }
    if (changed && this.#complete) this.options.onChange();
  }

  /** Asks what the list does not tell, once for each start of a container. */
  async #inspectAll(): Promise<void> {
    const alive = [...this.#containers.values()].filter((container) => container.alive);
    for (const container of alive.slice(0, LIMITS.containers)) {
      if (!container.toInspect) continue;
      try {
        const inspected = parseInspection(await this.#client.get(`/containers/${container.id}/json`));
        if (this.#containers.get(container.id) !== container || !container.alive) continue;
        if (container.learn(inspected) && this.#complete) this.options.onChange();
        this.#measuring.find(container, inspected);
      } catch (error) {
        // It has ended meanwhile, or a proxy keeps it back; a silent engine is noticed by the next list.
        if (!(error instanceof EngineRefusal)) return;
      }
    }
  }
}
