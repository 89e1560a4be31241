import type { DiskReading } from '@tocsin/shared';
import type { Selection } from '../name-patterns.js';
import type { ReadText } from '../read-text.js';
import { parseMountinfo } from './mountinfo.js';
import { selectMounts, type WatchedMount } from './selection.js';
import { StatfsLane, type AskStatfs } from './space.js';

/** A frame waits this long for disks at most, in ms. */
const PATIENCE_MS = 200;
/**
 * Of libuv's four threads what may hang holds three at most: two of these, and one of a sensor. One stays
 * free, so that a name can be looked up to reach the hub.
 */
const LOCAL_CALLS = 1;
const HANGING_CALLS = 2;
/**
 * How full a disk is changes slowly, and a `statfs` that may be waited for costs more than reading all of
 * `/proc/stat`. So only so many mounts are asked at a time that no answer grows much older than this, in ms.
 * At one frame a second it is one mount a frame, up to 30 of them.
 */
const FRESH_MS = 30_000;
/**
 * The list of mounts is a text that the kernel makes anew for each reading. It is read once in this time for
 * each of its lines, in ms: every second with 50 mounts, every four with 200. Mounts are asked only right
 * after it was read, because where one was taken away the file system below it would answer.
 */
const LIST_MS_PER_MOUNT = 20;

/** How full the mounted file systems are. Whoever asks gets what is known, and what is old is asked for anew. */
export class FileSystems {
  #mountinfo = '';
  #listed = 0;
  #mounts: WatchedMount[] = [];
  #local: ReadonlySet<string> = new Set();
  #remote: ReadonlySet<string> = new Set();
  #askedAt = -Infinity;
  /** The machine was too busy to ask all of them in time. */
  #unfinished = false;
  #asking: Promise<void> | undefined;
  readonly #localLane: StatfsLane;
  readonly #remoteLane: StatfsLane;

  constructor(
    private selection: Selection,
    private readonly read: ReadText,
    ask: AskStatfs,
  ) {
    this.#localLane = new StatfsLane(LOCAL_CALLS, ask);
    this.#remoteLane = new StatfsLane(HANGING_CALLS, ask);
  }

  /** From the next reading on. */
  select(selection: Selection): void {
    this.selection = selection;
    this.#mountinfo = '';
    this.#askedAt = -Infinity;
  }

  /** @returns what is watched, or undefined where nothing is */
  async next(now: number): Promise<{ disks: DiskReading[]; problems: string[] } | undefined> {
    const due = this.#unfinished || now - this.#askedAt >= this.#listed * LIST_MS_PER_MOUNT;
    if (this.#asking === undefined && due)
      this.#asking = this.#ask(now).finally(() => (this.#asking = undefined));
    await this.#asking;
    if (this.#mounts.length === 0) return undefined;

    const disks: DiskReading[] = [];
    const problems: string[] = [];
    // In the same order each time, so that the hub finds the same series in the same place.
    for (const { mount, mayHang, readOnly } of this.#mounts) {
      const { disk, problem } = (mayHang ? this.#remoteLane : this.#localLane).outcome(mount);
      if (problem) problems.push(problem);
      if (disk) disks.push(readOnly ? { ...disk, readOnly } : disk);
    }
    return { disks, problems };
  }

  async #ask(now: number): Promise<void> {
    this.#list();
    const share = Math.min(1, (now - this.#askedAt) / FRESH_MS);
    this.#askedAt = now;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    const unfinished = await Promise.all([
      this.#localLane.refresh(this.#local, share, deadline),
      this.#remoteLane.refresh(this.#remote, share, deadline),
    ]);
    this.#unfinished = unfinished.includes(true);
    clearTimeout(timer);
  }

  #list(): void {
    const mountinfo = this.read('/proc/self/mountinfo');
    if (mountinfo === this.#mountinfo) return;
    const mounts = parseMountinfo(mountinfo);
    this.#mounts = selectMounts(mounts, this.selection);
    this.#local = new Set(this.#mounts.filter((m) => !m.mayHang).map((m) => m.mount));
    this.#remote = new Set(this.#mounts.filter((m) => m.mayHang).map((m) => m.mount));
    this.#listed = mounts.length;
    this.#mountinfo = mountinfo;
  }
}
