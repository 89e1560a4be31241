import { readdirSync, readlinkSync, statSync } from 'node:fs';

/** The kernel's number of the namespace of processes in which it starts the first one. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
/** What stands in `/proc` beside processes hardly ever changes: counted this often, in ms. */
const COUNT_OTHERS_MS = 60_000;
const COUNT_PROCESSES_MS = 10_000;

/**
 * How many processes there are. `/proc` counts a link for each, also for those that a hardened service is not
 * shown, so that one call tells however many there are. In a container these would be its host's: there the
 * processes that can be seen are counted.
 */
export class ProcessCount {
  #countedAt = -Infinity;
  /** In a container the processes, elsewhere the links of `/proc` that are none. */
  #counted = 0;

  constructor(private readonly inContainer = !isFirstNamespace()) {}

  now(now: number): number {
    if (this.inContainer) {
      this.#renew(now, COUNT_PROCESSES_MS, countProcesses);
      return this.#counted;
    }
    this.#renew(now, COUNT_OTHERS_MS, countOthers);
    return statSync('/proc').nlink - this.#counted;
  }

  #renew(now: number, every: number, count: () => number): void {
    if (now - this.#countedAt < every) return;
    this.#counted = count();
    this.#countedAt = now;
  }
}

const isProcess = (name: string): boolean => name.charCodeAt(0) >= 49 && name.charCodeAt(0) <= 57;

const countProcesses = (): number => readdirSync('/proc').filter(isProcess).length;

/** A folder has a link for each folder in it, one for its name and one for its own `.`. */
const countOthers = (): number =>
  2 +
  readdirSync('/proc', { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !isProcess(entry.name),
  ).length;

function isFirstNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') === FIRST_NAMESPACE;
  } catch {
    return false;
  }
}
