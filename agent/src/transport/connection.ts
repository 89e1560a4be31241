import type {
  Ack,
  AgentFacts,
  AgentHandshake,
  ByeReason,
  LiveFrame,
  ProcessList,
  Refusal,
  Welcome,
} from '@tocsin/shared';
import type { Logger } from '../logging/logger.js';
import { Backoff } from './backoff.js';
import { type HubSocket, hubSocket } from './hub-socket.js';
import { ReadyJson } from './ready-json.js';
import { asHandshakeRefusal, causeOf, CLOSING_ADVICE, HANDSHAKE_ADVICE } from './refusals.js';
import { TransportChoice } from './transport-choice.js';

const BYE_TIMEOUT_MS = 1_000;

/** How the connection is, for people. Times are monotonic ms. */
export interface ConnectionState {
  open: boolean;
  /** When it was opened, or lost; when the first attempt began. */
  since: number;
  /** The host's name in the hub, once it has told it. */
  name?: string;
  /** Why there is none. */
  trouble?: string;
  nextAttemptAt?: number;
}

export interface ConnectionEvents {
  onOpen: () => void;
  /** @param roundTrip in which the hub must have read its clock, in ms */
  onWelcome: (welcome: Welcome, roundTrip: number) => void;
  /** What the hub wants; it may be of a later version, and is not checked yet. */
  onConfig: (config: unknown) => void;
  onProcesses: (answer: (list: ProcessList) => void) => void;
  onAck: (ack: Ack) => void;
  onRefused: (refusal: Refusal) => void;
  onClose: () => void;
}

/** The way to the hub: connects, says in plain words why it could not, and comes back by itself. */
export class HubConnection {
  #socket: HubSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #open = false;
  #closing: Refusal | undefined;
  #lastTrouble = '';
  #stopped = false;
  #state: ConnectionState = { open: false, since: performance.now() };
  readonly #transport = new TransportChoice();

  /** @param handshake what to say at the next connection */
  constructor(
    private readonly hub: string,
    private readonly handshake: () => AgentHandshake,
    private readonly events: ConnectionEvents,
    private readonly log: Logger,
    private readonly backoff = new Backoff(),
  ) {}

  get open(): boolean {
    return this.#open;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects, and goes on trying until `stop`. */
  start(): void {
    const socket = hubSocket(this.hub, this.handshake(), this.#transport.next);
    this.#socket = socket;
    let introducedAt = 0;
    // The introduction goes out in the moment in which the transport is open.
    socket.io.on('open', () => {
      introducedAt = performance.now();
      this.#follow(socket.io.engine);
    });
    socket.on('connect', () => this.#opened());
    socket.on('connect_error', (error) => this.#failed(error));
    socket.on('disconnect', (reason) => this.#lost(reason));
    socket.on('welcome', (welcome) => {
      this.#state.name = welcome.name;
      this.events.onWelcome(welcome, performance.now() - introducedAt);
    });
    socket.on('config', (config) => this.events.onConfig(config));
    socket.on('processes', (answer) => this.events.onProcesses(answer));
    socket.on('ack', (ack) => this.#acknowledged(ack));
    socket.on('refused', (refusal) => this.#refused(refusal));
    socket.connect();
  }

  /** @param json a `Frame` */
  sendFrame(json: string): void {
    this.#emitReady('frame', json);
  }

  /** @param json a `FrameBatch` */
  sendBatch(json: string): void {
    this.#emitReady('frames', json);
  }

  sendLive(frame: LiveFrame): void {
    this.#socket?.emit('live', frame);
  }

  /** Says what is different since the handshake. */
  sendFacts(facts: AgentFacts): void {
    if (this.#open) this.#socket?.emit('facts', facts);
  }

  /** Announces a planned stop. Settles when the hub has heard it, or does not say so in a second. */
  async bye(reason: ByeReason): Promise<void> {
    if (!this.open) return;
    await this.#socket
      ?.timeout(BYE_TIMEOUT_MS)
      .emitWithAck('bye', { reason })
      .catch(() => undefined);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#discard();
  }

  #emitReady(event: 'frame' | 'frames', json: string): void {
    this.#socket?.emit(event, new ReadyJson(json) as never);
  }

  /** Keeps note of what carries the connection, which may go over to a WebSocket while it is open. */
  #follow(engine: HubSocket['io']['engine']): void {
    this.#transport.carried(engine.transport.name);
    if (engine.transport.name !== 'polling') return;
    this.log.info('WebSockets did not get through: connected by long polling');
    engine.once('upgrade', () => {
      this.#transport.carried('websocket');
      this.log.info('went over to a WebSocket');
    });
  }

  #opened(): void {
    this.#open = true;
    this.#lastTrouble = '';
    const { name } = this.#state;
    this.#state = { open: true, since: performance.now(), ...(name !== undefined && { name }) };
    this.events.onOpen();
  }

  #acknowledged(ack: Ack): void {
    // A hub that stores frames works: should it go away, that is a new loss, retried soon.
    this.backoff.reset();
    this.events.onAck(ack);
  }

  #refused(refusal: Refusal): void {
    if (Object.hasOwn(CLOSING_ADVICE, refusal.code)) this.#closing = refusal;
    else this.events.onRefused(refusal);
  }

  #failed(error: Error): void {
    const refusal = asHandshakeRefusal((error as { data?: unknown }).data);
    if (refusal === undefined) {
      this.#transport.failed(error);
      this.#retry(`cannot reach ${this.hub}: ${causeOf(error)}`);
    } else {
      const { advice, retryMs } = HANDSHAKE_ADVICE[refusal.code];
      this.#retry(
        `the hub does not let this agent in: ${refusal.message} (${refusal.code}; ${advice})`,
        retryMs,
      );
    }
  }

  #lost(reason: string): void {
    const closing = this.#closing;
    this.#open = false;
    this.#closing = undefined;
    this.events.onClose();
    if (this.#stopped) return;
    if (closing !== undefined) {
      const { advice, retryMs } = CLOSING_ADVICE[closing.code]!;
      this.#retry(`the hub closed the connection: ${closing.message} (${closing.code}; ${advice})`, retryMs);
    } else {
      this.#retry(`lost the connection to ${this.hub}: ${reason}`);
    }
  }

  #retry(trouble: string, atLeast = 0): void {
    if (this.#stopped) return;
    this.#discard();
    const wait = this.backoff.next(atLeast);
    // The same trouble again and again is said once.
    if (trouble !== this.#lastTrouble) this.log.warn(`${trouble}; trying again`);
    this.#lastTrouble = trouble;
    const now = performance.now();
    const { open, since } = this.#state;
    const state = { open: false, since: open ? now : since, trouble, nextAttemptAt: now + wait };
    this.#state = { ...this.#state, ...state };
    this.log.debug(`next attempt in ${Math.round(wait)} ms`);
    this.#timer = setTimeout(() => this.start(), wait);
  }

  /** Each attempt has a socket of its own: nothing of a broken one is carried over. */
  #discard(): void {
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = undefined;
    this.#open = false;
  }
}
