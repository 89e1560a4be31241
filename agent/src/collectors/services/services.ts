import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SYSTEM_BUS } from '../../dbus/connection.js';
import type { Collected, Collector, Watched } from '../collector.js';
import { SystemdUnits } from './systemd-units.js';
import { unitName } from './unit-names.js';

/** A frame waits this long for systemd at most, in ms. */
const PATIENCE_MS = 200;
const RETRY_MS = 5_000;
/** How often everything is asked again, in ms, though signals should have told. */
const READ_AGAIN_MS = 30_000;

/** Present while systemd is the init of this host. */
const systemdRuns = (): boolean => existsSync('/run/systemd/system');

export class ServicesCollector implements Collector {
  readonly name = 'services';
  #units: string[] = [];
  #systemd: SystemdUnits | undefined;
  #opening: Promise<void> | undefined;
  #failure = 'systemd has not answered yet';
  #nextTry = -Infinity;
  #readAt = 0;

  /** @param services names as people write them, `nginx` or `nginx.service` */
  constructor(
    services: readonly string[],
    private readonly busPath = SYSTEM_BUS,
    private readonly running = systemdRuns,
  ) {
    this.#watch(services);
  }

  reconfigure({ services }: Watched): void {
    this.close();
    this.#watch(services);
  }

  close(): void {
    this.#systemd?.close();
    this.#systemd = undefined;
    this.#nextTry = -Infinity;
  }

  #watch(services: readonly string[]): void {
    this.#units = [...new Set(services.map(unitName))];
  }

  async collect(now: number): Promise<Collected> {
    if (this.#units.length === 0) return {};
    if (this.#systemd?.closed) this.#systemd = undefined;
    if (this.#systemd === undefined) await this.#open(now);
    if (this.#systemd === undefined) throw new Error(this.#failure);

    if (now - this.#readAt >= READ_AGAIN_MS) {
      this.#readAt = now;
      this.#systemd.readAll().catch(() => this.#systemd?.close());
    }
    return { services: this.#systemd.services, problems: this.#systemd.problems };
  }

  async #open(now: number): Promise<void> {
    if (this.#opening === undefined && now >= this.#nextTry) {
      this.#nextTry = now + RETRY_MS;
      this.#readAt = now;
      this.#opening = this.#connect().finally(() => (this.#opening = undefined));
    }
    if (this.#opening === undefined) return;
    const patience = new AbortController();
    await Promise.race([this.#opening, delay(PATIENCE_MS, undefined, patience).catch(() => undefined)]);
    patience.abort();
  }

  async #connect(): Promise<void> {
    try {
      if (!this.running()) throw new Error('systemd is not running');
      const units = this.#units;
      const systemd = await SystemdUnits.open(this.busPath, units);
      if (units === this.#units) this.#systemd = systemd;
      // Others were asked for meanwhile.
      else systemd.close();
    } catch (error) {
      this.#failure = (error as Error).message;
    }
  }
}
