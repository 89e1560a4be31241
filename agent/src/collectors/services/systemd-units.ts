import type { ServiceReading } from '@tocsin/shared';
import { BusConnection } from '../../dbus/connection.js';
import type { Message } from '../../dbus/messages.js';
import { serviceName } from './unit-names.js';
import { toService, type Properties } from './unit-state.js';

export const SYSTEMD = 'org.freedesktop.systemd1';
const MANAGER = {
  destination: SYSTEMD,
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
} as const;
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/**
 * The states of some units, kept up to date by systemd's signals. Nothing is asked while nothing
 * changes; `readAll` mends what a lost signal could have left wrong.
 */
export class SystemdUnits {
  /** By the unit's object path; several names may mean the same unit. */
  readonly #units = new Map<string, string[]>();
  readonly #services = new Map<string, ServiceReading>();
  readonly #problems = new Map<string, string>();
  /** Units that are being read; `true` when they changed meanwhile and have to be read again. */
  readonly #reading = new Map<string, boolean>();
  #bus: BusConnection | undefined;
  #closed = false;

  private constructor(private readonly names: readonly string[]) {}

  /** @throws when there is no bus, or no systemd on it */
  static async open(busPath: string, names: readonly string[]): Promise<SystemdUnits> {
    const units = new SystemdUnits(names);
    units.#bus = await BusConnection.open(
      busPath,
      (signal) => units.#onSignal(signal),
      () => (units.#closed = true),
    );
    try {
      await units.#bus.match(
        `type='signal',sender='${SYSTEMD}',interface='${MANAGER.interface}',member='Reloading'`,
      );
      await units.readAll();
    } catch (error) {
      units.close();
      throw error;
    }
    return units;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get services(): ServiceReading[] {
    return this.names.flatMap((name) => this.#services.get(name) ?? []);
  }

  get problems(): string[] {
    return [...this.#problems.values()];
  }

  close(): void {
    this.#bus?.close();
  }

  async readAll(): Promise<void> {
    // Without it systemd sends no signals. It forgets who asked when it is replaced by a new version.
    await this.#manager('Subscribe').catch((error: Error) => {
      if (!/AlreadySubscribed/.test((error as { errorName?: string }).errorName ?? '')) throw error;
    });
    await Promise.all(this.names.map((name) => this.#find(name)));
    await Promise.all([...this.#units.keys()].map((path) => this.#read(path)));
  }

  async #find(name: string): Promise<void> {
    try {
      const [path] = (await this.#manager('LoadUnit', name)) as [string];
      const known = this.#units.get(path);
      if (known?.includes(name)) return;
      this.#units.set(path, [...(known ?? []), name]);
      if (known === undefined)
        await this.#bus?.match(
          `type='signal',sender='${SYSTEMD}',interface='${PROPERTIES}',member='PropertiesChanged',path='${path}'`,
        );
    } catch (error) {
      this.#failed(name, error);
    }
  }

  async #read(path: string): Promise<void> {
    if (this.#reading.has(path)) {
      this.#reading.set(path, true);
      return;
    }
    this.#reading.set(path, false);
    try {
      const [properties] = await this.#ask(path, 'GetAll', 'org.freedesktop.systemd1.Unit');
      // Only services have it, and not before systemd 235.
      const [restarts] = await this.#ask(path, 'Get', 'org.freedesktop.systemd1.Service', 'NRestarts').catch(
        () => [],
      );
      for (const name of this.#units.get(path) ?? []) {
        const service = toService(
          serviceName(name),
          properties as Properties,
          restarts as number | undefined,
        );
        this.#services.set(name, service);
        this.#problems.delete(name);
      }
    } catch (error) {
      for (const name of this.#units.get(path) ?? []) this.#failed(name, error);
    }
    const changed = this.#reading.get(path);
    this.#reading.delete(path);
    if (changed && !this.#closed) await this.#read(path);
  }

  #failed(name: string, error: unknown): void {
    this.#services.delete(name);
    this.#problems.set(name, `${serviceName(name)}: ${(error as Error).message}`);
  }

  #onSignal({ member, path, body }: Message): void {
    if (member === 'PropertiesChanged' && this.#units.has(path ?? '')) void this.#read(path!);
    // systemd has read its unit files anew: what was not found may be there now.
    if (member === 'Reloading' && body[0] === false) this.readAll().catch(() => undefined);
  }

  #manager(member: string, ...values: string[]) {
    return this.#bus!.call({ ...MANAGER, member, arguments: values });
  }

  #ask(path: string, member: string, ...values: string[]) {
    return this.#bus!.call({ destination: SYSTEMD, path, interface: PROPERTIES, member, arguments: values });
  }
}
