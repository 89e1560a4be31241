import { FileSource } from './file-source.js';
import { JournalSource } from './journal-source.js';
import type { LogPlace, LogSource, TakeLine } from './log-source.js';
import { mayNotRead } from './may-not-read.js';
import { accessOf, findJournal, isThere, type Surroundings } from './surroundings.js';

/** What a look around brought. */
export interface Found {
  source?: LogSource;
  /** Why there is none although there should be. */
  problem?: string;
}

/** Finds the one log that is read: the journal where it can be, else a log file. */
export class LogFinder {
  /** Log files that were not there at an earlier look: all of one that appears is new. */
  readonly #missing = new Set<string>();
  #lookedAt: number | undefined;
  #sshdIsHere = false;

  constructor(
    private readonly host: Surroundings,
    private readonly take: TakeLine,
  ) {}

  /** Whether somebody may log in here, as of the last look. */
  get sshdIsHere(): boolean {
    return this.#sshdIsHere;
  }

  lookForSshd(): void {
    this.#sshdIsHere = isThere(this.host.sshd);
  }

  /**
   * @param last up to where an earlier start has read, and when that was
   * @param now UTC ms
   */
  look(last: { place?: LogPlace | undefined; t: number } | undefined, now: number): Found {
    const since = last?.t ?? this.#lookedAt ?? now;
    this.#lookedAt = now;
    this.lookForSshd();
    const sshd = this.#sshdIsHere;
    const place = last?.place;
    const journal = findJournal(this.host);
    const journalctl = this.host.journalctl.find((path) => accessOf(path) !== 'absent');
    // A process of its own is only worth it where somebody may write something.
    if (sshd && journal.access === 'readable' && journalctl !== undefined) {
      const from = place?.log === 'journal' ? { ...place } : { log: 'journal' as const, t: since };
      return { source: new JournalSource(from, journal.machine, this.take, journalctl) };
    }
    const logs = this.host.logs.map((path) => ({ path, access: accessOf(path) }));
    const log = logs.find(({ access }) => access === 'readable')?.path;
    if (log !== undefined) {
      const places = place?.log === 'file' && place.path === log ? place.places : undefined;
      return { source: new FileSource(log, places ?? (this.#missing.has(log) ? [] : undefined), this.take) };
    }
    for (const { path, access } of logs) if (access === 'absent') this.#missing.add(path);
    const forbidden = logs.filter(({ access }) => access === 'forbidden').map(({ path }) => path);
    if (journal.access === 'forbidden') forbidden.unshift('the journal');
    return sshd && forbidden.length > 0 ? { problem: mayNotRead(forbidden.join(', ')) } : {};
  }
}
