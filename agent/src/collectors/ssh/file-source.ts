import { stat } from 'node:fs/promises';
import { FileTail } from './file-tail.js';
import { mayNotRead } from './may-not-read.js';
import type { FilePlace, LogPlace, LogSource, TakeLine } from './log-source.js';
import { listLogFiles, readCompressed, unreadFiles } from './rotated-files.js';
import { parseSyslogLine } from './syslog-line.js';

/** A log daemon goes on with the old file until it is told of the new one, which takes a moment. In ms. */
const OLD_FILE_MS = 60_000;

/** A file that is no longer the log, but may still be written to. */
interface Old {
  tail: FileTail;
  until: number;
}

/**
 * Follows a log file through rotation (renamed or copied), emptying and absence. It looks whenever it is
 * asked to: one `stat` while nothing happens.
 */
export class FileSource implements LogSource {
  readonly #old: Old[] = [];
  #tail: FileTail | undefined;
  /** When the log was last written to, as far as it was read, UTC ms. */
  #written: number | undefined;
  #begun = false;
  #closed = false;
  #problem: string | undefined;
  #reading: Promise<void> | undefined;
  readonly #take: (line: string) => void;

  /**
   * @param places where to go on; left out, what the file holds by now is passed over
   * @param take gets each message once
   */
  constructor(
    private readonly path: string,
    private places: readonly FilePlace[] | undefined,
    take: TakeLine,
    utc: () => number = Date.now,
  ) {
    this.#take = (line) => {
      if (!line.includes(' sshd')) return;
      const parsed = parseSyslogLine(line, utc());
      if (parsed !== undefined && !this.#closed) take(parsed);
    };
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get place(): LogPlace | undefined {
    const places = this.#tails.map((tail) => ({ ...tail.place }));
    if (places.length > 0) return { log: 'file', path: this.path, places };
    return this.places && { log: 'file', path: this.path, places: [...this.places] };
  }

  get #tails(): FileTail[] {
    const old = this.#old.map(({ tail }) => tail);
    return this.#tail === undefined ? old : [...old, this.#tail];
  }

  read(now: number): Promise<void> {
    this.#reading ??= this.#readOn(now)
      .then(
        () => (this.#problem = undefined),
        (error: NodeJS.ErrnoException) =>
          (this.#problem = error.code === 'EACCES' ? mayNotRead(this.path) : error.message),
      )
      .then(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readOn(now: number): Promise<void> {
    if (!this.#begun) await this.#begin(now);
    for (const old of [...this.#old]) {
      await old.tail.readOn(this.#take);
      if (now < old.until) continue;
      this.#old.splice(this.#old.indexOf(old), 1);
      await old.tail.close();
    }
    const found = await this.#look();
    const tail = this.#tail;
    const isTail = found?.ino === tail?.place.inode && found?.dev === tail?.device;
    // Emptied and filled again to the same size, it has another time.
    if (found !== undefined && isTail && tail?.isAt(found.size) && found.mtimeMs === this.#written) return;
    this.#written = found?.mtimeMs;
    if (tail !== undefined && !(await tail.readOn(this.#take))) {
      await this.#readElsewhere([tail.place]);
      await tail.startOver();
      await tail.readOn(this.#take);
    }
    if (found === undefined || isTail) return;
    const next = await FileTail.open(this.path, 0);
    if (tail !== undefined) this.#old.push({ tail, until: now + OLD_FILE_MS });
    this.#tail = next;
    await next.readOn(this.#take);
  }

  /** The file as it is now; undefined when there is none, as for a moment while it is rotated. */
  async #look() {
    try {
      return await stat(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #begin(now: number): Promise<void> {
    if ((await this.#look()) === undefined) {
      this.#begun = this.places === undefined;
      return;
    }
    if (this.places === undefined) this.#tail = await FileTail.open(this.path);
    else {
      const unread = unreadFiles(await listLogFiles(this.path, this.places), this.places);
      for (const { path, from, compressed } of unread) {
        if (compressed) await readCompressed(path, from, this.#take);
        else if (path === this.path) this.#tail = await FileTail.open(path, from);
        else this.#old.push({ tail: await FileTail.open(path, from), until: now + OLD_FILE_MS });
      }
      this.places = undefined;
    }
    this.#begun = true;
  }

  /** The log was emptied: what was not read of it may have been copied first. */
  async #readElsewhere(places: readonly FilePlace[]): Promise<void> {
    const unread = unreadFiles(await listLogFiles(this.path, places), places);
    for (const { path, from, compressed } of unread) {
      if (path === this.path) continue;
      if (compressed) await readCompressed(path, from, this.#take);
      else {
        const tail = await FileTail.open(path, from);
        await tail.readOn(this.#take).finally(() => tail.close());
      }
    }
  }

  close(): void {
    this.#closed = true;
    // What is being read ends first; a file cannot be closed under it.
    void (this.#reading ?? Promise.resolve()).then(() =>
      Promise.all(this.#tails.map((tail) => tail.close())),
    );
  }
}
