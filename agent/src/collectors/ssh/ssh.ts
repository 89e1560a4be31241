import { join } from 'node:path';
import { monotonic } from '../../frame/schedule.js';
import type { Collected, Collector } from '../collector.js';
import { LogFinder } from './find-log.js';
import type { LogLine } from './log-line.js';
import type { LogPlace, LogSource } from './log-source.js';
import { StateFile } from './state-file.js';
import { HOST, type Surroundings } from './surroundings.js';
import { Tally, TallyView, type Moment, type TallyState } from './tally.js';

/** A frame waits this long for a log, and then for a disk to keep what was counted, in ms. */
const READ_PATIENCE_MS = 100;
const SAVE_PATIENCE_MS = 200;
/** How often a host without a log is looked at again, and a place moved on that means little, in ms. */
const LOOK_AGAIN_MS = 10_000;
const SAVE_PLACE_MS = 60_000;
const STATE_VERSION = 1;

export interface SshOptions {
  /** Folder for what must survive a restart; without it each start begins at the end of the log. */
  stateDir?: string | undefined;
}

interface Kept {
  tally: TallyState;
  place?: LogPlace | undefined;
}

/** Counts failed logins over SSH, and tells of accepted ones, from what sshd writes to its log. */
export class SshCollector implements Collector {
  readonly name = 'ssh';
  onChange?: (() => void) | undefined;
  readonly #tally = new Tally();
  readonly #view = new TallyView(this.#tally);
  readonly #finder: LogFinder;
  readonly #state: StateFile<Kept> | undefined;
  #source: LogSource | undefined;
  #problem: string | undefined;
  #begun = false;
  #last: { place?: LogPlace | undefined; t: number } | undefined;
  #lookedAt = -Infinity;
  #saved = { events: -1, at: -Infinity, place: '' };
  #saveProblem: string | undefined;

  constructor(
    private readonly options: SshOptions,
    host: Surroundings = HOST,
  ) {
    this.#finder = new LogFinder(host, (line) => this.#take(line));
    if (options.stateDir !== undefined)
      this.#state = new StateFile(join(options.stateDir, 'ssh.json'), STATE_VERSION);
  }

  async collect(now: number): Promise<Collected> {
    if (!this.#begun) {
      await this.#begin(now);
      // As with a rate: frames count from here on.
      return {};
    }
    await this.read(now);
    if (!this.#tells) return this.#problem === undefined ? {} : { problems: [this.#problem] };
    const ssh = this.#view.take(moment());
    await this.#save(now);
    const problems = [this.#source?.problem, this.#saveProblem].filter((text) => text !== undefined);
    return { ssh, ...(problems.length > 0 && { problems }) };
  }

  forLive(): Collector {
    return new LiveSsh(this, this.#view.fork());
  }

  close(): void {
    this.#source?.close();
  }

  /** What a view of the live frames shows; undefined where there is nothing to show. */
  async takeLive(view: TallyView, now: number): Promise<Collected> {
    if (!this.#begun) return {};
    await this.read(now);
    return this.#tells ? { ssh: view.take(moment()) } : {};
  }

  /** Brings the tally up to date, as far as that goes in the time that a frame has. */
  private async read(now: number): Promise<void> {
    if (!this.#tells) this.#look(now);
    const reading = this.#source?.read(now);
    if (reading !== undefined) await within(reading, READ_PATIENCE_MS);
  }

  /** A log without any sshd is no reason to show that nobody failed. */
  get #tells(): boolean {
    return this.#source !== undefined && (this.#tally.events > 0 || this.#finder.sshdIsHere);
  }

  async #begin(now: number): Promise<void> {
    this.#begun = true;
    const kept = await this.#state?.load();
    if (kept !== undefined) this.#goOn(kept);
    await this.read(now);
  }

  #goOn({ tally, place }: Kept): void {
    try {
      this.#tally.load(tally, moment());
      this.#last = { place, t: tally.t };
    } catch {
      // Not what this version wrote: as good as nothing.
    }
  }

  #look(now: number): void {
    if (now - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#lookedAt = now;
    if (this.#source !== undefined) {
      this.#finder.lookForSshd();
      return;
    }
    const { source, problem } = this.#finder.look(this.#last, Date.now());
    this.#source = source;
    this.#problem = problem;
  }

  #take(line: LogLine): void {
    if (this.#tally.take(line, moment())) this.onChange?.();
  }

  /** Keeps what this frame tells, before it is handed out; only when there is something new. */
  async #save(now: number): Promise<void> {
    if (this.#state === undefined || this.#state.busy) return;
    const { events } = this.#tally;
    if (events === this.#saved.events && now - this.#saved.at < SAVE_PLACE_MS) return;
    const place = this.#source?.place;
    const placeText = JSON.stringify(place);
    const unchanged = events === this.#saved.events && placeText === this.#saved.place;
    this.#saved = { events, at: now, place: placeText };
    if (unchanged) return;
    const saving = this.#state.save({ tally: this.#tally.save(moment()), place }).then(
      () => (this.#saveProblem = undefined),
      (error: Error) => {
        this.#saveProblem = `what was counted cannot be kept: ${error.message}`;
        this.#saved.events = -1;
      },
    );
    await within(saving, SAVE_PATIENCE_MS);
  }
}

/** The same for the frames that go out between two stored ones while somebody watches. */
class LiveSsh implements Collector {
  readonly name = 'ssh';

  constructor(
    private readonly ssh: SshCollector,
    private readonly view: TallyView,
  ) {}

  collect(now: number): Promise<Collected> {
    return this.ssh.takeLive(this.view, now);
  }
}

const moment = (): Moment => ({ at: monotonic(), t: Date.now() });

/** Waits for the work, but not longer than that; it goes on by itself. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
