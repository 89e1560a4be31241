import { statfs } from 'node:fs/promises';
import type { Collected, Collector, Watched } from '../collector.js';
import type { Selection } from '../name-patterns.js';
import { readText, type ReadText } from '../read-text.js';
import { parseMountinfo } from './mountinfo.js';
import { selectMounts, type WatchedMount } from './selection.js';
import { StatfsLane, type AskStatfs } from './space.js';

/** A frame waits this long for disks at most, in ms. */
const PATIENCE_MS = 200;
/** Of libuv's four threads one always stays free, so that a name can be looked up to reach the hub. */
const LOCAL_CALLS = 1;
const HANGING_CALLS = 2;

export class DiskCollector implements Collector {
  readonly name = 'disk';
  #mountinfo = '';
  #mounts: WatchedMount[] = [];
  readonly #local: StatfsLane;
  readonly #mayHang: StatfsLane;

  constructor(
    private selection: Selection,
    private readonly read: ReadText = readText,
    ask: AskStatfs = statfs,
  ) {
    this.#local = new StatfsLane(LOCAL_CALLS, ask);
    this.#mayHang = new StatfsLane(HANGING_CALLS, ask);
  }

  reconfigure({ includeDisks, excludeDisks }: Watched): void {
    this.selection = { include: includeDisks, exclude: excludeDisks };
    this.#mountinfo = '';
  }

  async collect(): Promise<Collected> {
    const mounts = this.#select();
    if (mounts.length === 0) return {};
    const names = (mayHang: boolean) => mounts.filter((m) => m.mayHang === mayHang).map((m) => m.mount);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    const answers = await Promise.all([
      this.#local.read(names(false), deadline),
      this.#mayHang.read(names(true), deadline),
    ]);
    clearTimeout(timer);
    return {
      // In the same order each time, so that the hub finds the same series in the same place.
      disks: answers.flatMap(({ disks }) => disks).sort((a, b) => (a.mount < b.mount ? -1 : 1)),
      problems: answers.flatMap(({ problems }) => problems),
    };
  }

  #select(): WatchedMount[] {
    const mountinfo = this.read('/proc/self/mountinfo');
    if (mountinfo !== this.#mountinfo) {
      this.#mounts = selectMounts(parseMountinfo(mountinfo), this.selection);
      this.#mountinfo = mountinfo;
    }
    return this.#mounts;
  }
}
