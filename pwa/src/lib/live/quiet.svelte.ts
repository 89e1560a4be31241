import {
  concerns,
  isAboutWholeHosts,
  type MaintenanceView,
  type Occurrence,
  type Silence,
  silenceState,
} from '@tocsin/shared';
import { listMaintenance, listSilences } from '../api/quiet.js';
import { clock } from '../state/clock.svelte.js';
import { live } from './connection.svelte.js';

/** What a timer may wait at most. */
const LONGEST_MS = 2 ** 31 - 1;
const RETRY_MS = 5_000;

/** The silences and maintenance windows of this moment, kept up by the hub's word that there is something new. */
class Quiet {
  #silences = $state.raw<readonly Silence[]>([]);
  #windows = $state.raw<readonly MaintenanceView[]>([]);
  #loaded = $state(false);
  #reading: Promise<void> | undefined;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is on by the clock, as text: who reads it hears of it only when that changes. */
  readonly #onIds = $derived(
    this.#windows
      .filter((window) => onAt(window, clock.now) !== undefined)
      .map(({ id }) => id)
      .join(),
  );
  readonly #on = $derived.by(() => {
    const ids = new Set(this.#onIds.split(','));
    return this.#windows.filter(({ id, matchers }) => ids.has(id) && isAboutWholeHosts(matchers));
  });

  constructor() {
    live.onOpen(() => void this.read());
    live.socket.on('quiet', () => void this.read());
  }

  /** False until the hub has told of them. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Those that are not over: active ones by their end, then scheduled ones by their begin. */
  get silences(): readonly Silence[] {
    return this.#silences.filter((silence) => silenceState(silence, clock.now) !== 'expired');
  }

  get windows(): readonly MaintenanceView[] {
    return this.#windows;
  }

  silence(id: string): Silence | undefined {
    return this.#silences.find((silence) => silence.id === id);
  }

  /** The window in which all of the host is right now. */
  maintenanceOf(host: { id: string; tags: readonly string[] }): MaintenanceView | undefined {
    return this.#on.find(({ matchers }) => concerns(matchers, host));
  }

  /** Asks the hub; what is asked while it answers is asked once more after that. */
  read(): Promise<void> {
    this.#again = this.#reading !== undefined;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#again) void this.read();
    });
    return this.#reading;
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#silences = [];
    this.#windows = [];
    this.#loaded = false;
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const [active, scheduled, windows] = await Promise.all([
        listSilences({ state: 'active' }),
        listSilences({ state: 'scheduled' }),
        listMaintenance(),
      ]);
      this.#silences = [...active.silences, ...scheduled.silences];
      this.#windows = windows;
      this.#loaded = true;
      this.#later(this.#nextChange());
    } catch {
      this.#later(RETRY_MS);
    }
  }

  /** Only the hub knows the calendar: when something begins or ends it is asked for what comes then. */
  #nextChange(): number {
    const now = clock.read();
    const times = this.#windows.flatMap(({ current, next }) => [current?.end, next?.start]);
    return Math.min(...times.map((t) => (t === undefined || t <= now ? Infinity : t - now + 500)));
  }

  #later(ms: number): void {
    if (ms === Infinity) return;
    // Without a connection there is nobody to ask; the next one asks by itself.
    const ask = () => void (live.socket.connected && this.read());
    this.#timer = setTimeout(ask, Math.min(ms, LONGEST_MS));
  }
}

/** The occurrence that is on at that time, as far as the hub has told. */
export const onAt = ({ current, next }: MaintenanceView, now: number): Occurrence | undefined =>
  [current, next].find((one) => one !== undefined && one.start <= now && now < one.end);

export const quiet = new Quiet();
