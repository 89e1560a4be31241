import type { ControlGroups } from '../control-groups.js';
import { readText, type ReadText } from '../read-text.js';
import type { Systemd } from './systemd.js';
import type { Unit } from './unit.js';
import { unitInterface } from './unit-names.js';

/** How often the memory of each unit is read, in ms. */
const PERIOD_MS = 10_000;
/** Kinds of units that have processes or hold memory otherwise. */
const KINDS = new Set(['Service', 'Scope', 'Slice', 'Socket', 'Mount', 'Swap']);
/** `MemoryCurrent` where nothing is accounted. */
const NOT_SET = 2 ** 64;

/** Where a unit's memory is read: a file, systemd, or nowhere as long as the unit stays as it is. */
type Source = { file: string } | 'systemd' | 'nowhere';

/**
 * Memory comes by no signal. It is what systemd calls `MemoryCurrent`, but read from the control group's
 * file, which costs a tenth of asking systemd; where the agent does not see the host's control groups it
 * asks. Units take turns, so that no frame bears them all.
 */
export class UnitMemory {
  readonly #sources = new WeakMap<Unit, Source>();
  #last: number | undefined;
  #turn = 0;

  constructor(
    private readonly systemd: Pick<Systemd, 'property'>,
    private readonly groups: ControlGroups,
    private readonly read: ReadText = readText,
  ) {}

  /** Reads those units whose turn it is. @param now monotonic ms */
  refresh(units: readonly Unit[], now: number): void {
    const elapsed = now - (this.#last ?? now);
    const due = Math.min(units.length, Math.ceil((units.length * elapsed) / PERIOD_MS));
    this.#last = now;
    for (let i = 0; i < due; i++) void this.update(units[(this.#turn + i) % units.length]!);
    this.#turn = units.length === 0 ? 0 : (this.#turn + due) % units.length;
  }

  /** Reads one unit, at once where its file is known. */
  async update(unit: Unit): Promise<void> {
    if (!unit.alive) {
      unit.memory = undefined;
      this.#sources.delete(unit);
      return;
    }
    const source = this.#sources.get(unit);
    if (source === 'nowhere') return;
    if (source === 'systemd') return this.#ask(unit);
    if (source === undefined) return this.#find(unit);
    if (!this.#readFile(unit, source.file)) this.#sources.delete(unit);
  }

  async #find(unit: Unit): Promise<void> {
    const kind = unitInterface(unit.name);
    const group = KINDS.has(kind) ? await this.#property(unit, 'ControlGroup') : undefined;
    if (typeof group !== 'string' || group === '') {
      this.#sources.set(unit, 'nowhere');
      return;
    }
    const file = this.groups.memoryFile(group);
    if (this.#readFile(unit, file)) this.#sources.set(unit, { file });
    else await this.#ask(unit);
  }

  #readFile(unit: Unit, file: string): boolean {
    try {
      unit.memory = Number(this.read(file));
      return true;
    } catch {
      unit.memory = undefined;
      return false;
    }
  }

  async #ask(unit: Unit): Promise<void> {
    const bytes = await this.#property(unit, 'MemoryCurrent');
    const told = typeof bytes === 'number' && bytes < NOT_SET;
    unit.memory = told && unit.alive ? bytes : undefined;
    this.#sources.set(unit, told ? 'systemd' : 'nowhere');
  }

  /** Undefined where systemd does not say. */
  #property(unit: Unit, name: string) {
    return this.systemd.property(unit.path, unitInterface(unit.name), name).catch(() => undefined);
  }
}
