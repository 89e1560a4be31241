import { join } from 'node:path';
import type { Logger } from '../../logging/logger.js';
import type { Disk, Lock } from './disk.js';
import { Spool, type SpoolBounds } from './spool.js';

/** How often the disk is looked at, and tried again while it does not work, in ms. */
const LOOK_EVERY_MS = 30_000;
/** A disk that takes longer to answer is said not to, in ms. */
const PATIENCE_MS = 5_000;
/** With less free, in bytes, the disk counts as full before it is. */
const FREE_BYTES = 2 * 1024 * 1024;

/** Has the spool opened as soon as the disk allows, and says what is wrong as long as it does not. */
export class SpoolKeeper {
  #spool: Spool | undefined;
  #lock: Lock | undefined;
  #problem: string | undefined;
  /** Since when the disk owes answers, monotonic ms; oldest first. */
  readonly #owed = new Set<{ since: number }>();
  #looking = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #folder: string;

  /** @param onReady called when the disk can be written to, at first and after each time it could not */
  constructor(
    private readonly stateDir: string,
    private readonly bounds: SpoolBounds,
    private readonly disk: Disk,
    private readonly log: Logger,
    private readonly monotonic: () => number,
    private readonly onReady: () => void,
  ) {
    this.#folder = join(stateDir, 'frames');
  }

  /** Settles when the disk has answered, or is not waited for any longer. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
    await new Promise<void>((resolve) => {
      const patience = setTimeout(resolve, PATIENCE_MS).unref();
      void this.#look().finally(() => {
        clearTimeout(patience);
        resolve();
      });
    });
  }

  /** Nothing as long as the disk was never ready. */
  get spool(): Spool | undefined {
    return this.#spool;
  }

  /** What keeps frames from the disk, in words. */
  get problem(): string | undefined {
    const [oldest] = this.#owed;
    const isSilent = oldest !== undefined && this.monotonic() - oldest.since > PATIENCE_MS;
    const why = isSilent ? 'does not answer' : this.#problem;
    return why && `frames wait in memory only: ${this.stateDir} ${why}`;
  }

  /** @returns whether it was written; if not, `onReady` tells when to try again */
  async write(operation: (spool: Spool) => Promise<void>): Promise<boolean> {
    const spool = this.#spool;
    return spool !== undefined && this.#problem === undefined && this.#ask(() => operation(spool));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#spool?.close();
    await this.#lock?.release();
  }

  async #look(): Promise<void> {
    // One that does not answer is not asked a second time.
    if (this.#looking) return;
    this.#looking = true;
    await this.#ask(async () => {
      this.#problem = (await this.#open()) ?? (await this.#shortage());
    });
    this.#looking = false;
    if (this.#problem === undefined) this.onReady();
  }

  /** @returns why it cannot be opened, if that is not an error */
  async #open(): Promise<string | undefined> {
    if (this.#spool !== undefined) return undefined;
    await this.disk.makeFolder(this.#folder);
    this.#lock ??= await this.disk.lock(this.#folder);
    if (this.#lock === undefined) return 'is in use by another agent';
    const spool = await Spool.open(this.disk, this.#folder, this.bounds, this.#events, this.monotonic);
    this.#spool = spool;
    void spool.countAll().then(() => {
      if (spool.frames > 0) this.log.info(`${spool.frames} frames of before wait to be sent`);
    });
    return undefined;
  }

  async #shortage(): Promise<string | undefined> {
    return (await this.disk.free(this.#folder)) < FREE_BYTES ? IN_WORDS.ENOSPC : undefined;
  }

  async #ask(operation: () => Promise<void>): Promise<boolean> {
    const owed = { since: this.monotonic() };
    this.#owed.add(owed);
    try {
      await operation();
      return true;
    } catch (error) {
      this.#problem = inWords(error);
      return false;
    } finally {
      this.#owed.delete(owed);
    }
  }

  readonly #events = {
    onLost: (why: string) => this.log.warn(`frames are lost: ${why}`),
    onSyncFailed: (error: unknown) => {
      this.#problem = inWords(error);
    },
  };
}

const IN_WORDS: Record<string, string> = {
  ENOSPC: 'is full',
  EDQUOT: 'is full: this user has used up its share',
  EROFS: 'is read-only',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EIO: 'is on a disk that fails',
};

function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return IN_WORDS[code ?? ''] ?? `cannot be used: ${message}`;
}
