import {
  reportInterval,
  SeriesReader,
  type ShownFrame,
  type HostSnapshot,
  type Sample,
} from '@tocsin/shared';
import { readHistories } from '../../lib/api/history.js';
import { ApiFailure } from '../../lib/api/request.js';
import { HostHistory } from '../../lib/charts/host-history.js';
import { RANGES, type RangeId } from '../../lib/charts/ranges.js';
import { watchHost } from '../../lib/live/host-watch.js';
import { clock } from '../../lib/state/clock.svelte.js';
import { GRAPH_METRICS, GRAPHS } from './graphs.js';

/** Frames of about this long are taken from the hub's memory when the page opens. */
const RECENT_MS = 60_000;
/** An agent that was cut off sends what it kept; the hole is looked at again after these times. */
const MEND_AFTER_MS = [2_000, 12_000];

const WANTED: ReadonlySet<string> = new Set(GRAPH_METRICS);

/** What a host's page draws: the hub's history of the chosen range, continued by each live frame. */
export class HostGraphs {
  #range: RangeId;
  #shown = $state<RangeId>('live');
  #loaded = $state(false);
  #history = $state.raw<HostHistory>(new HostHistory(RANGES.live.span, 1_000, 1_000));
  #shape = $state(0);
  #revision = $state(0);
  #newest = $state.raw<ShownFrame>();
  #to = $state(clock.read());
  #failure = $state.raw<ApiFailure>();
  #loading = $state(true);
  #gone = $state(false);
  #interval = 1_000;
  #since: { t: number; sample: Sample }[] = [];
  #reader = new SeriesReader();
  #request: AbortController | undefined;
  #mending: ReturnType<typeof setTimeout>[] = [];

  constructor(
    readonly hostId: string,
    range: RangeId,
  ) {
    this.#range = range;
    this.#shown = range;
    this.#history = new HostHistory(RANGES[range].span, 1_000, 1_000);
  }

  /** What `history` is of. While another range is loaded, that is the one before. */
  get shown(): RangeId {
    return this.#shown;
  }

  /** Something of the past was loaded; until then there are live values only. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Read `shape` to follow which series there are, `revision` to follow their values. */
  get history(): HostHistory {
    return this.#history;
  }

  get shape(): number {
    return this.#shape;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The newest frame, for what is a table and not a graph. */
  get newest(): ShownFrame | undefined {
    return this.#newest;
  }

  /** Right and left edge of the graphs, UTC ms. */
  get to(): number {
    return this.#to;
  }

  get from(): number {
    return this.#to - this.#history.span;
  }

  get failure(): ApiFailure | undefined {
    return this.#failure;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** The host was removed, or never was. */
  get gone(): boolean {
    return this.#gone;
  }

  choose(range: RangeId): void {
    if (range === this.#range) return;
    this.#range = range;
    void this.load();
  }

  /** Watches the host until the returned function is called. */
  watch(): () => void {
    const stop = watchHost(this.hostId, () => clock.read() - RECENT_MS, {
      snapshot: (snapshot) => this.#begin(snapshot),
      frame: (frame) => this.#take(frame),
      gone: () => (this.#gone = true),
    });
    return () => {
      stop();
      this.#request?.abort();
      this.#mending.forEach(clearTimeout);
    };
  }

  /** Fetches the range anew; frames that arrive meanwhile are put behind it. */
  async load(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#loading = true;
    this.#since = [];
    const range = this.#range;
    const { span, points } = RANGES[range];
    const to = Math.round(clock.read());
    try {
      const time = { host: this.hostId, from: to - span, to, points };
      const queries = GRAPHS.map(({ metrics }) => ({ ...time, metric: [...metrics] }));
      const { answers } = await readHistories({ queries }, request.signal);
      const history = new HostHistory(span, this.#interval, this.#interval);
      history.load(answers, to);
      for (const { t, sample } of this.#since) history.add(t, sample, WANTED);
      this.#history = history;
      this.#shown = range;
      this.#loaded = true;
      this.#failure = undefined;
      this.#show(Math.max(to, this.#to));
      this.#shape += 1;
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof ApiFailure)) throw error;
      this.#failure = error;
    }
    this.#loading = false;
  }

  #begin({ host, frames, latest }: HostSnapshot): void {
    this.#interval = reportInterval(host) ?? this.#interval;
    this.#gone = false;
    void this.load();
    for (const frame of frames) this.#take(frame);
    // A host that reports seldom has sent nothing lately; its tables show what it said last.
    if (latest !== undefined && latest.t > (this.#newest?.t ?? 0)) this.#newest = latest;
  }

  #take(frame: ShownFrame): void {
    const before = this.#history.newestTime;
    if (before !== undefined && frame.t - before > this.#history.gap) this.#mend();
    const sample = this.#reader.read(frame);
    this.#since.push({ t: frame.t, sample });
    if (this.#since.length > RECENT_MS / 100) this.#since.shift();
    if (this.#history.add(frame.t, sample, WANTED)) this.#shape += 1;
    if (this.#newest === undefined || frame.t >= this.#newest.t) this.#newest = frame;
    this.#show(Math.max(frame.t, clock.read()));
  }

  #show(to: number): void {
    this.#to = to;
    this.#revision += 1;
  }

  #mend(): void {
    this.#mending.forEach(clearTimeout);
    this.#mending = MEND_AFTER_MS.map((wait) => setTimeout(() => void this.load(), wait));
  }
}
