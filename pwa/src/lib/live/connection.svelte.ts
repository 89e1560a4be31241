import {
  LIVE_NAMESPACE,
  type BrowserToHubEvents,
  type HubToBrowserEvents,
  type LiveError,
} from '@tocsin/shared';
import { io, type Socket } from 'socket.io-client';
import { clock } from '../state/clock.svelte.js';
import { session } from '../state/session.svelte.js';

export type LiveSocket = Socket<HubToBrowserEvents, BrowserToHubEvents>;
export type LinkState = 'connecting' | 'open' | 'lost';

/** Silence after which the hub is asked for a sign of life, and how long it may take to give one. */
const SILENCE_MS = 5_000;
const ANSWER_MS = 4_000;
/** Wait before a refused connection is tried again. */
const REFUSED_MS = 1_000;

export const isLiveError = (answer: object): answer is LiveError => 'error' in answer;

/**
 * The one socket to the hub. What is on the screen is only as good as this connection, so it never
 * takes its word for it: it asks when nothing was heard for some seconds, and when the page returns.
 */
class LiveConnection {
  #link = $state<LinkState>('connecting');
  #lastHeard = $state.raw<number>();
  #heard: number | undefined;
  #probe: (() => Promise<unknown>) | undefined;
  #probing = false;
  #wanted = false;
  /** The token that the hub was given last. */
  #token: string | undefined;
  #watchman: ReturnType<typeof setInterval> | undefined;
  readonly #onOpen = new Set<() => void>();
  readonly socket: LiveSocket = io(LIVE_NAMESPACE, {
    autoConnect: false,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    auth: (give) => void this.#credentials().then(give),
  });

  constructor() {
    const { socket } = this;
    socket.on('connect', () => {
      this.#hear();
      this.#link = 'open';
      for (const listener of this.#onOpen) listener();
    });
    socket.on('disconnect', (reason) => {
      this.#lose();
      // The hub hangs up when a token has ended; any other reason is mended by the library itself.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      this.#lose();
      // A refusal by the hub, unlike a failed connection, is not tried again by the library.
      if (!socket.active) setTimeout(() => void this.#askAgain(error.data?.code), REFUSED_MS);
    });
    socket.onAny(() => this.#hear());
    session.onToken((token) => {
      if (socket.connected)
        socket.emit('renew', { token }, (answer) => void (isLiveError(answer) && this.#reopen()));
    });
    addEventListener('offline', () => this.#lose());
    addEventListener('online', () => this.#check());
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && this.#check(),
    );
  }

  get link(): LinkState {
    return this.#link;
  }

  /** Hub time at which the hub was last heard, while the connection is lost. */
  get lastHeard(): number | undefined {
    return this.#lastHeard;
  }

  /** Called each time the connection opens: what was watched has to be asked for again. */
  onOpen(listener: () => void): () => void {
    this.#onOpen.add(listener);
    return () => this.#onOpen.delete(listener);
  }

  /** @param probe something cheap that the hub answers, asked for when it is silent. */
  open(probe: () => Promise<unknown>): void {
    this.#probe = probe;
    this.#wanted = true;
    this.socket.connect();
    this.#watchman = setInterval(() => this.#heardAgo() > SILENCE_MS && this.#check(), 1_000);
  }

  close(): void {
    clearInterval(this.#watchman);
    this.#wanted = false;
    this.socket.disconnect();
    this.#link = 'connecting';
    this.#heard = undefined;
  }

  /** Asks again at once instead of waiting for the next attempt. */
  retry(): void {
    if (!this.socket.connected) this.#reopen();
  }

  #heardAgo(): number {
    return this.#heard === undefined ? 0 : clock.read() - this.#heard;
  }

  async #credentials(): Promise<{ token?: string }> {
    const token = await session.token().catch(() => undefined);
    this.#token = token;
    return { token };
  }

  #hear(): void {
    this.#heard = clock.read();
  }

  #lose(): void {
    if (this.#link === 'lost') return;
    this.#lastHeard = this.#heard;
    this.#link = 'lost';
  }

  async #check(): Promise<void> {
    if (this.#probing || !this.socket.connected || this.#probe === undefined) return;
    this.#probing = true;
    const asked = this.#probe();
    const inTime = await Promise.race([
      asked.then(
        () => true,
        () => false,
      ),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), ANSWER_MS)),
    ]);
    this.#probing = false;
    if (!inTime) {
      this.#reopen();
      return;
    }
    this.#hear();
    this.#link = 'open';
  }

  #reopen(): void {
    this.#lose();
    this.socket.disconnect().connect();
  }

  async #askAgain(refusal: string | undefined): Promise<void> {
    if (!this.#wanted || this.socket.active) return;
    // A session that cannot be renewed has ended, and the connection with it.
    if (refusal === 'unauthorized') await session.renewed(this.#token).catch(() => {});
    if (this.#wanted && !this.socket.active) this.socket.connect();
  }
}

export const live = new LiveConnection();
