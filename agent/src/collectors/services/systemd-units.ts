import type { ServiceReading } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import { DBusError } from '../../dbus/connection.js';
import type { ControlGroups } from '../control-groups.js';
import { Systemd, type ListedUnit } from './systemd.js';
import { Unit } from './unit.js';
import { UnitMemory } from './unit-memory.js';
import { isHealthCheck, serviceName } from './unit-names.js';
import type { Properties } from './unit-state.js';
import type { WatchList } from './watch-list.js';

/** Units that systemd loads one after the other are asked about together, after this long, in ms. */
const GATHER_MS = 20;
/** A unit that is shown because it failed is shown this much longer when it runs again, in ms. */
const RECOVERED_MS = 10 * 60_000;

const LOADED: Properties = new Map([['LoadState', 'loaded']]);

/**
 * The units that are watched, kept up to date by systemd's signals, which carry the state. Nothing is asked
 * while nothing changes, except the memory of units; `check` mends what a lost signal left wrong.
 */
export class SystemdUnits {
  readonly #units = new Map<string, Unit>();
  /** Names that systemd does not take, and why; they would spoil a question about all names. */
  readonly #refused = new Map<string, string>();
  /** Units that a pattern fits and that systemd has loaded lately. */
  readonly #loaded = new Set<string>();
  #systemd!: Systemd;
  #memory!: UnitMemory;
  #closed = false;
  #crowded = false;
  /** Whoever is told of changes knows nothing before that. */
  #complete = false;

  private constructor(
    private list: WatchList,
    private readonly onChange: () => void,
  ) {}

  /**
   * @param onChange called when a unit has come, gone or changed its state
   * @throws when there is no bus, or no systemd on it
   */
  static async open(
    busPath: string,
    list: WatchList,
    groups: ControlGroups,
    onChange: () => void,
  ): Promise<SystemdUnits> {
    const units = new SystemdUnits(list, onChange);
    units.#systemd = await Systemd.open(busPath, {
      follows: (path) => units.#units.has(path) || units.list.onlyFailed,
      onChanged: (path, kind, properties) => units.#onChanged(path, kind, properties),
      onLoaded: (unit, path) => units.#onLoaded(unit, path),
      onUnloaded: (path) => units.#onUnloaded(path),
      onReloaded: () => units.#onReloaded(),
      onClose: () => (units.#closed = true),
    });
    units.#memory = new UnitMemory(units.#systemd, groups);
    try {
      await units.check();
      units.#complete = true;
    } catch (error) {
      units.close();
      throw error;
    }
    return units;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#systemd.close();
  }

  /** Watches other units from now on. */
  async watch(list: WatchList): Promise<void> {
    this.list = list;
    // What was watched for another reason must not pass for having failed.
    if (list.onlyFailed) this.#units.clear();
    this.#refused.clear();
    this.#crowded = false;
    await this.check();
  }

  /** What a frame says: names in the order in which they were asked for, then what patterns fit. */
  get services(): ServiceReading[] {
    const asked = new Map<string, ServiceReading>();
    const matched: ServiceReading[] = [];
    for (const unit of this.#units.values()) {
      const { reading } = unit;
      if (reading === undefined || reading instanceof Error) continue;
      for (const name of unit.askedAs)
        asked.set(name, name === unit.name ? reading : { ...reading, name: serviceName(name) });
      if (unit.matched && !unit.askedAs.has(unit.name)) matched.push(reading);
    }
    const byName = (a: ServiceReading, b: ServiceReading) => (a.name < b.name ? -1 : 1);
    return [...this.list.names.flatMap((name) => asked.get(name) ?? []), ...matched.sort(byName)].slice(
      0,
      LIMITS.services,
    );
  }

  get problems(): string[] {
    const problems = [...this.list.problems, ...this.#refused.values()];
    for (const { name, reading } of this.#units.values())
      if (reading instanceof Error) problems.push(`${serviceName(name)}: ${reading.message}`);
    if (this.#crowded) problems.push(`there are more than ${LIMITS.services} units; the others are left out`);
    return problems;
  }

  /** What time brings. @param now monotonic ms */
  age(now: number): void {
    this.#memory.refresh([...this.#units.values()], now);
    if (!this.list.onlyFailed) return;
    for (const unit of this.#units.values()) {
      if (unit.activeState === 'failed') unit.shownUntil = undefined;
      else if (!unit.alive) this.#units.delete(unit.path);
      else if ((unit.shownUntil ??= now + RECOVERED_MS) <= now) this.#units.delete(unit.path);
    }
  }

  /** Compares what is known with what systemd lists. */
  async check(): Promise<void> {
    const { list } = this;
    // systemd may have been replaced by a new version.
    await this.#systemd.subscribe();
    const [named, matched] = await Promise.all([this.#listNames(list.names), this.#listMatched(list)]);
    if (list !== this.list) return; // another one was given meanwhile, and is checked by whoever gave it

    const asked = new Map<string, Set<string>>();
    for (const [name, { path }] of named) asked.set(path, (asked.get(path) ?? new Set()).add(name));
    const fit = new Map(matched.map((unit) => [unit.path, unit]));
    for (const unit of this.#units.values()) {
      unit.askedAs.clear();
      for (const name of asked.get(unit.path) ?? []) unit.askedAs.add(name);
      unit.matched = fit.has(unit.path) || (list.onlyFailed && unit.activeState !== 'failed');
      if (unit.askedAs.size === 0 && !unit.matched) this.#remove(unit);
    }
    const listed = [...new Map([...named.values(), ...matched].map((unit) => [unit.path, unit])).values()];
    await Promise.all(
      listed.map((unit) => this.#compare(unit, asked.get(unit.path), fit.has(unit.path), true)),
    );
  }

  async #listMatched({ patterns, onlyFailed }: WatchList): Promise<ListedUnit[]> {
    if (onlyFailed)
      return (await this.#systemd.list(['failed'], [])).filter(({ name }) => !isHealthCheck(name));
    return patterns.length === 0 ? [] : this.#systemd.list([], patterns);
  }

  async #listNames(names: readonly string[]): Promise<Map<string, ListedUnit>> {
    const good = names.filter((name) => !this.#refused.has(name));
    try {
      const units = await this.#systemd.listNames(good);
      return new Map(units.map((unit, i) => [good[i]!, unit]));
    } catch (error) {
      if (!(error instanceof DBusError)) throw error;
      if (good.length === 1) {
        this.#refused.set(good[0]!, `${serviceName(good[0]!)}: ${error.message}`);
        return new Map();
      }
      const each = await Promise.all(good.map((name) => this.#listNames([name])));
      return new Map(each.flatMap((units) => [...units]));
    }
  }

  /** @param thorough whether a unit that does nothing is read too, which makes systemd load it */
  async #compare(
    { path, load, active, sub }: ListedUnit,
    askedAs: ReadonlySet<string> = new Set(),
    matched: boolean,
    thorough: boolean,
  ): Promise<void> {
    let unit = this.#units.get(path);
    if (unit === undefined) {
      this.#crowded ||= this.#units.size >= LIMITS.services;
      if (this.#units.size >= LIMITS.services) return;
      unit = new Unit(path);
      this.#units.set(path, unit);
    }
    for (const name of askedAs) unit.askedAs.add(name);
    unit.matched ||= matched;
    unit.heard = false;
    if (unit.agreesWith(load, active, sub)) return;
    const idle = active === 'inactive' && !thorough;
    if (load !== 'not-found' && !idle) return this.#read(unit);
    this.#learn(
      unit,
      new Map([
        ['LoadState', load],
        ['ActiveState', active],
        ['SubState', sub],
      ]),
    );
  }

  async #read(unit: Unit): Promise<void> {
    try {
      const [properties, restarts] = await Promise.all([
        this.#systemd.unitProperties(unit.path),
        this.#restarts(unit),
      ]);
      if (this.#units.get(unit.path) !== unit) return;
      this.#learn(unit, new Map([...properties, ...restarts]));
      // It was gone again before it could be read.
      if (unit.missing && unit.askedAs.size === 0) this.#remove(unit);
      else await this.#memory.update(unit);
    } catch (error) {
      unit.fail(error);
    }
  }

  /** Only services have it, and not before systemd 235. */
  async #restarts(unit: Unit): Promise<Properties> {
    if (!unit.name.endsWith('.service')) return new Map();
    const restarts = await this.#systemd.property(unit.path, 'Service', 'NRestarts').catch(() => undefined);
    return restarts === undefined ? new Map() : new Map([['NRestarts', restarts]]);
  }

  #learn(unit: Unit, properties: Properties): void {
    if (!unit.learn(properties)) return;
    if (!unit.alive) void this.#memory.update(unit);
    this.#tell();
  }

  #remove(unit: Unit): void {
    this.#units.delete(unit.path);
    this.#crowded = false;
    this.#tell();
  }

  #tell(): void {
    if (this.#complete) this.onChange();
  }

  #onChanged(path: string, kind: string, properties: Properties): void {
    const unit = this.#units.get(path) ?? this.#newlyFailed(path, properties);
    if (unit === undefined) return;
    unit.heard = true;
    // A signal does not say that there is a unit now where there was none.
    if (kind === 'Unit' && (unit.missing || !properties.has('ActiveState'))) void this.#read(unit);
    else if (unit.known) this.#learn(unit, properties);
  }

  #newlyFailed(path: string, properties: Properties): Unit | undefined {
    if (properties.get('ActiveState') !== 'failed' || this.#units.size >= LIMITS.services) return undefined;
    const unit = new Unit(path);
    if (isHealthCheck(unit.name)) return undefined;
    unit.matched = true;
    unit.learn(new Map([...LOADED, ...properties]));
    this.#units.set(path, unit);
    this.#tell();
    void this.#restarts(unit).then((restarts) => unit.learn(restarts));
    return unit;
  }

  #onLoaded(name: string, path: string): void {
    if (!this.list.fits(name)) return;
    const known = this.#units.get(path);
    if (known !== undefined) {
      known.matched = true;
      return;
    }
    if (this.#loaded.size === 0) setTimeout(() => this.#takeIn(), GATHER_MS);
    this.#loaded.add(name);
  }

  #takeIn(): void {
    const names = [...this.#loaded];
    this.#loaded.clear();
    const { list } = this;
    this.#systemd
      .list([], names)
      .then((units) => {
        if (list !== this.list) return;
        for (const unit of units) void this.#compare(unit, undefined, true, false);
      })
      .catch(() => undefined); // a timeout: `check` comes in any case
  }

  #onUnloaded(path: string): void {
    const unit = this.#units.get(path);
    if (unit === undefined) return;
    if (unit.askedAs.size === 0) return this.#remove(unit);
    unit.matched = false;
    // To ask makes systemd load the unit and forget it again: only when something happened since.
    if (!unit.heard) return;
    unit.heard = false;
    const names = [...unit.askedAs];
    this.#listNames(names)
      .then((units) => {
        for (const [name, listed] of units) void this.#compare(listed, new Set([name]), false, true);
      })
      .catch(() => undefined);
  }

  #onReloaded(): void {
    this.#refused.clear();
    this.check().catch(() => undefined);
  }
}
