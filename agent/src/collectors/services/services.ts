import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SYSTEM_BUS } from '../../dbus/connection.js';
import type { Collected, Collector, Watched } from '../collector.js';
import { ControlGroups } from '../control-groups.js';
import { SystemdUnits } from './systemd-units.js';
import { watchList, type WatchList } from './watch-list.js';

/** A frame waits this long for systemd at most, in ms. */
const PATIENCE_MS = 200;
const RETRY_MS = 5_000;
/** How often systemd is asked for all states, in ms, though signals should have told. */
const CHECK_MS = 30_000;

/** Present while systemd is the init of this host. */
const systemdRuns = (): boolean => existsSync('/run/systemd/system');

export interface ServicesOptions {
  busPath?: string;
  /** Whether this host has systemd. */
  running?: () => boolean;
  groups?: ControlGroups;
}

/** The states of some of systemd's units; of those that have failed when none are asked for. */
export class ServicesCollector implements Collector {
  readonly name = 'services';
  /** Called as soon as a watched unit has come, gone or changed its state, perhaps many times in a row. */
  onChange?: () => void;
  #list: WatchList;
  #systemd: SystemdUnits | undefined;
  /** A connection that is being made, or a new list that is being read. */
  #pending: Promise<void> | undefined;
  #failure = 'systemd has not answered yet';
  #nextTry = -Infinity;
  #checkedAt = 0;
  #closed = false;

  /** @param services names as people write them: `nginx`, `nginx.service`, `docker-*`, `*.timer` */
  constructor(
    services: readonly string[],
    private readonly options: ServicesOptions = {},
  ) {
    this.#list = watchList(services);
  }

  reconfigure({ services }: Pick<Watched, 'services'>): void {
    this.#list = watchList(services);
    const systemd = this.#systemd;
    if (systemd !== undefined) this.#wait(systemd.watch(this.#list).catch(() => systemd.close()));
  }

  close(): void {
    this.#closed = true;
    this.#systemd?.close();
  }

  async collect(now: number): Promise<Collected> {
    const { running = systemdRuns } = this.options;
    if (this.#systemd?.closed) this.#systemd = undefined;
    if (this.#systemd === undefined && !running()) {
      // Whoever asked for nothing has not asked for systemd either.
      if (this.#list.onlyFailed) return {};
      throw new Error('systemd is not running');
    }
    if (this.#systemd === undefined && this.#pending === undefined && now >= this.#nextTry) {
      this.#nextTry = now + RETRY_MS;
      this.#checkedAt = now;
      this.#wait(this.#connect());
    }
    if (this.#pending !== undefined) await patiently(this.#pending);
    const systemd = this.#systemd;
    if (systemd === undefined) throw new Error(this.#failure);

    if (now - this.#checkedAt >= CHECK_MS) {
      this.#checkedAt = now;
      systemd.check().catch(() => systemd.close());
    }
    systemd.age(now);
    return { services: systemd.services, problems: systemd.problems };
  }

  #wait(task: Promise<void>): void {
    const pending = task.finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    this.#pending = pending;
  }

  async #connect(): Promise<void> {
    const { busPath = SYSTEM_BUS, groups = new ControlGroups() } = this.options;
    const list = this.#list;
    try {
      const systemd = await SystemdUnits.open(busPath, list, groups, () => this.onChange?.());
      // Much may have happened meanwhile.
      if (this.#closed) return systemd.close();
      this.#systemd = systemd;
      if (list !== this.#list) await systemd.watch(this.#list);
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#systemd?.close();
    }
  }
}

async function patiently(task: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([task, delay(PATIENCE_MS, undefined, patience).catch(() => undefined)]);
  patience.abort();
}
