import { BusConnection, DBusError } from '../../dbus/connection.js';
import type { Message } from '../../dbus/messages.js';
import type { Value } from '../../dbus/values.js';
import type { Properties } from './unit-state.js';

const SYSTEMD = 'org.freedesktop.systemd1';
const UNITS = '/org/freedesktop/systemd1/unit';
const MANAGER = {
  destination: SYSTEMD,
  path: '/org/freedesktop/systemd1',
  interface: `${SYSTEMD}.Manager`,
} as const;
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A unit as systemd lists it. An alias is listed under the name of the unit that it stands for. */
export interface ListedUnit {
  name: string;
  load: string;
  active: string;
  sub: string;
  path: string;
}

/** What systemd tells by itself. */
export interface SystemdEvents {
  /** Whether changes of this unit matter; else they are not even read. */
  follows: (path: string) => boolean;
  /** @param kind `Unit` for what all units have, else `Service` and so on */
  onChanged: (path: string, kind: string, properties: Properties) => void;
  /** systemd has it in memory from now on; it need not be new. */
  onLoaded: (unit: string, path: string) => void;
  onUnloaded: (path: string) => void;
  /** All unit files were read anew. */
  onReloaded: () => void;
  onClose: () => void;
}

/** The few things that the agent asks systemd's manager, and its signals. */
export class Systemd {
  private constructor(private readonly bus: BusConnection) {}

  /** @throws when there is no bus, or no systemd on it */
  static async open(busPath: string, events: SystemdEvents): Promise<Systemd> {
    const bus = await BusConnection.open(busPath, (signal) => tell(signal, events), events.onClose);
    const systemd = new Systemd(bus);
    try {
      const rule = `type='signal',sender='${SYSTEMD}'`;
      // One rule for all units: a bus allows a few hundred of them, and units come and go.
      await bus.match(`${rule},interface='${PROPERTIES}',path_namespace='${UNITS}'`);
      for (const member of ['UnitNew', 'UnitRemoved', 'Reloading'])
        await bus.match(`${rule},interface='${MANAGER.interface}',member='${member}'`);
      await systemd.subscribe();
      return systemd;
    } catch (error) {
      bus.close();
      throw error;
    }
  }

  /** Without it systemd sends no signals. It forgets who asked when it is replaced by a new version. */
  async subscribe(): Promise<void> {
    await this.#manager('Subscribe').catch((error: unknown) => {
      if (!(error instanceof DBusError && error.errorName.endsWith('.AlreadySubscribed'))) throw error;
    });
  }

  /** One for each name, in their order. @throws DBusError when one of them cannot be a unit */
  async listNames(names: readonly string[]): Promise<ListedUnit[]> {
    return names.length === 0 ? [] : listed(await this.#manager('ListUnitsByNames', [...names]));
  }

  /**
   * Units that systemd has in memory. Does not load any.
   *
   * @param states words such as `failed`; none means any
   * @param patterns matched against the names, not the aliases; none means any
   */
  async list(states: readonly string[], patterns: readonly string[]): Promise<ListedUnit[]> {
    return listed(await this.#manager('ListUnitsByPatterns', [...states], [...patterns]));
  }

  /** What all kinds of units have. Loads the unit when systemd does not have it in memory. */
  async unitProperties(path: string): Promise<Properties> {
    const [properties] = await this.#ask(path, 'GetAll', `${SYSTEMD}.Unit`);
    return properties as Properties;
  }

  /** @param kind such as `Service`. @throws DBusError when such units have no such property */
  async property(path: string, kind: string, name: string): Promise<Value | undefined> {
    const [value] = await this.#ask(path, 'Get', `${SYSTEMD}.${kind}`, name);
    return value;
  }

  close(): void {
    this.bus.close();
  }

  #manager(member: string, ...values: (string | string[])[]): Promise<Value[]> {
    return this.bus.call({ ...MANAGER, member, arguments: values });
  }

  #ask(path: string, member: string, ...values: string[]): Promise<Value[]> {
    return this.bus.call({ destination: SYSTEMD, path, interface: PROPERTIES, member, arguments: values });
  }
}

function tell(signal: Message, events: SystemdEvents): void {
  switch (signal.member) {
    case 'PropertiesChanged': {
      if (!events.follows(signal.path ?? '')) return;
      const [name, properties] = signal.body as [string, Properties];
      return events.onChanged(signal.path!, name.slice(name.lastIndexOf('.') + 1), properties);
    }
    case 'UnitNew':
      return events.onLoaded(signal.body[0] as string, signal.body[1] as string);
    case 'UnitRemoved':
      return events.onUnloaded(signal.body[1] as string);
    case 'Reloading':
      if (signal.body[0] === false) events.onReloaded();
  }
}

const listed = ([units]: Value[]): ListedUnit[] =>
  (units as string[][]).map(([name, , load, active, sub, , path]) => ({
    name: name!,
    load: load!,
    active: active!,
    sub: sub!,
    path: path!,
  }));
