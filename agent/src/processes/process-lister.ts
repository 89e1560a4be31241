import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessList, ProcessReading } from '@tocsin/shared';
import { printable } from '../collectors/printable.js';
import { readText } from '../collectors/read-text.js';
import { readUnits } from './auxiliary.js';
import { readProcessTable, type ProcessTable } from './process-table.js';
import { rank, type Ranked } from './ranking.js';
import { parseUserNames } from './user-names.js';

/** What processes spend is counted over this time at least, in ms: ticks come every 10. */
const BETWEEN_MS = 400;
/** An earlier reading serves as the beginning until it is so old, in ms. */
const STILL_GOOD_MS = 5_000;
const NAME_LENGTH = 64;

/** Lists the processes that matter, when it is asked to; between two questions it does nothing. */
export class ProcessLister {
  #earlier: ProcessTable | undefined;
  #listing: Promise<ProcessList> | undefined;

  /** @param proc where `/proc` is mounted */
  constructor(
    private readonly proc = '/proc',
    private readonly passwd = '/etc/passwd',
  ) {}

  /** Whoever asks while a list is being made gets that one. @throws when `/proc` cannot be read */
  list(): Promise<ProcessList> {
    return (this.#listing ??= this.#list().finally(() => (this.#listing = undefined)));
  }

  async #list(): Promise<ProcessList> {
    const before = this.#earlier ?? (await readProcessTable(this.proc));
    await delay(BETWEEN_MS - (performance.now() - before.at));
    const after = await readProcessTable(this.proc);
    this.#keep(after);
    const { byCpu, byMemory } = rank(before, after, cpus().length, readUnits());
    const names = this.#userNames();
    const described = (processes: Ranked[]) => processes.flatMap((one) => this.#describe(one, names) ?? []);
    return { t: Date.now(), byCpu: described(byCpu), byMemory: described(byMemory) };
  }

  #keep(table: ProcessTable): void {
    this.#earlier = table;
    setTimeout(() => {
      if (this.#earlier === table) this.#earlier = undefined;
    }, STILL_GOOD_MS).unref();
  }

  #describe({ pid, name, cpu, memory }: Ranked, names: Map<number, string>): ProcessReading | undefined {
    try {
      // The folder always belongs to the effective user, whatever else of the process is hidden.
      const { uid } = statSync(`${this.proc}/${pid}`);
      const user = names.get(uid) ?? String(uid);
      return {
        pid,
        name: printable(name, NAME_LENGTH) || '?',
        user: printable(user, NAME_LENGTH) || '?',
        cpu,
        memory,
      };
    } catch {
      return undefined; // it has ended
    }
  }

  #userNames(): Map<number, string> {
    try {
      return parseUserNames(readText(this.passwd));
    } catch {
      return new Map();
    }
  }
}
