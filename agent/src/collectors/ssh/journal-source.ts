import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { parseJournalRecord, RECORD_FIELDS } from './journal-record.js';
import { LineBuffer } from './line-buffer.js';
import { PROGRAMS } from './log-line.js';
import type { LogPlace, LogSource, TakeLine } from './log-source.js';

/** Bytes of a record: a message of sshd as a list of bytes takes some thousand. */
const LONGEST_RECORD = 65_536;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A run as long as this was a good one. */
const GOOD_RUN_MS = 60_000;
const COMPLAINT = 200;

type Place = Extract<LogPlace, { log: 'journal' }>;
type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Only what root wrote: anybody can call a message of his own `sshd`. */
const MATCHES = ['_UID=0', ...PROGRAMS.map((program) => `SYSLOG_IDENTIFIER=${program}`)];

/**
 * Follows journald with one journalctl, which tells of new messages by itself. It ends when this process
 * does, however that ends: its output is closed then, and it looks out for that.
 */
export class JournalSource implements LogSource {
  #child: Child | undefined;
  #startedAt = 0;
  #nextStart = -Infinity;
  #retry = FIRST_RETRY_MS;
  #problem: string | undefined;
  #closed = false;
  readonly #end = () => void this.#child?.kill();

  /**
   * @param machine whose messages: the journal may hold those of other machines too
   * @param take gets each message once, in order
   */
  constructor(
    readonly place: Place,
    private readonly machine: string,
    private readonly take: TakeLine,
    private readonly program = 'journalctl',
  ) {
    process.on('exit', this.#end);
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  read(now: number): void {
    if (this.#child !== undefined) {
      if (now - this.#startedAt < GOOD_RUN_MS) return;
      this.#retry = FIRST_RETRY_MS;
      return;
    }
    if (this.#closed || now < this.#nextStart) return;
    this.#startedAt = now;
    this.#nextStart = now + this.#retry;
    this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY_MS);
    this.#start();
  }

  #start(): void {
    const child = spawn(this.program, this.#arguments(), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const lines = new LineBuffer(LONGEST_RECORD);
    child.stdout.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk).lines) this.#record(line);
      // A flood is read piece by piece: frames and answers to the hub go out between two of them.
      child.stdout.pause();
      setImmediate(() => child.stdout.resume());
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < COMPLAINT) complaint += chunk.toString();
    });
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (this.#closed) return;
      this.#problem = `journalctl ended: ${complaint.trim().split('\n')[0]?.slice(0, COMPLAINT) || why}`;
      // A place that journalctl cannot go to is no reason to stay away for ever.
      if (/cursor/i.test(complaint)) delete this.place.cursor;
    };
    child.once('error', (error) => gone(error.message));
    child.once('close', (code, signal) => gone(signal ?? `with ${code}`));
    child.once('spawn', () => (this.#problem = undefined));
  }

  #arguments(): string[] {
    const { cursor, t } = this.place;
    return [
      ...['--follow', '--no-tail', '--no-pager', '--quiet', '--output=json'],
      // Without it, what was written before the host was started the last time is left out.
      '--merge',
      `--output-fields=${RECORD_FIELDS.join(',')}`,
      // From the last one read, which comes again: journalctl can leave it out, but then it also leaves
      // one out that it does not know any more.
      cursor === undefined ? `--since=@${Math.floor(t / 1000)}` : `--cursor=${cursor}`,
      `_MACHINE_ID=${this.machine}`,
      ...MATCHES,
    ];
  }

  #record(text: string): void {
    const record = parseJournalRecord(text);
    if (record === undefined || this.#closed) return;
    const { cursor, t } = this.place;
    if (cursor === undefined ? record.t <= t : record.cursor === cursor) return;
    this.place.cursor = record.cursor;
    this.place.t = record.t;
    this.take(record);
  }

  close(): void {
    this.#closed = true;
    process.off('exit', this.#end);
    this.#child?.kill();
  }
}
