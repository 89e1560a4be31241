import {
  type AgentFacts,
  type AgentToHubEvents,
  DuplicateSeriesError,
  type Frame,
  type HubToAgentEvents,
  LIMITS,
  type Refusal,
  type Sample,
  SeriesReader,
} from '@tocsin/shared';
import type { DefaultEventsMap, Socket } from 'socket.io';
import type { AgentIdentity } from '../hosts/host-keys.service.js';
import type { HostRecord } from '../hosts/hosts.service.js';
import type { IntakeService } from './intake.service.js';
import { batchCheck, frameCheck, invalid, refusedTime, seqOf } from './message-checks.js';
import { PendingAcks } from './pending-acks.js';
import { TokenBucket } from './token-bucket.js';

/** What the handshake left on the socket. */
export interface Introduced {
  identity: AgentIdentity;
  facts: AgentFacts;
}

export type AgentSocket = Socket<AgentToHubEvents, HubToAgentEvents, DefaultEventsMap, Introduced>;

export interface SessionEvents {
  /** A live frame came that passed every check. */
  onFrame: (now: number) => void;
  onRefused: (refusal: Refusal, now: number) => void;
}

/** One connection of an agent: checks what it sends, and acknowledges what is safe. Times are UTC ms. */
export class AgentSession {
  readonly #reader = new SeriesReader();
  /** A backlog may be of another layout; the two would only throw each other's layouts away. */
  readonly #backlogReader = new SeriesReader();
  readonly #acks = new PendingAcks();
  readonly #frames: TokenBucket;
  readonly #backlog: TokenBucket;
  readonly #refusals: TokenBucket;

  constructor(
    readonly socket: AgentSocket,
    private readonly host: HostRecord,
    private readonly intake: IntakeService,
    private readonly events: SessionEvents,
    now: number,
  ) {
    this.#frames = new TokenBucket(LIMITS.framesPerSecond, LIMITS.framesBurst, now);
    this.#refusals = new TokenBucket(LIMITS.framesPerSecond, LIMITS.framesBurst, now);
    this.#backlog = new TokenBucket(LIMITS.backlogPerSecond, LIMITS.backlogBurst, now);
  }

  get hostId(): string {
    return this.host.id;
  }

  get keyId(): string {
    return this.socket.data.identity.keyId;
  }

  frame(input: unknown, now: number): void {
    const { bootId } = this.socket.data.facts;
    const at = { bootId, seq: seqOf(input) };
    if (!this.#frames.take(now)) return this.refuse({ ...tooFast, ...at }, now);
    const read = this.#read(input, this.#reader, now);
    if ('refusal' in read) return this.refuse({ ...read.refusal, ...at }, now);
    const arrival = { host: this.host, bootId, ...read, now };
    this.events.onFrame(now);
    this.intake.show(arrival);
    if (this.intake.full) return this.refuse({ ...tooMuch, ...at }, now);
    if (!this.intake.store(arrival, () => this.#durable(bootId, read.frame.seq))) {
      this.refuse({ ...tooVaried, ...at }, now);
    }
  }

  /** A backlog: it fills the history and is shown to nobody, since it is not how things are now. */
  frames(input: unknown, now: number): void {
    if (!batchCheck.accepts(input)) return this.refuse(invalid(batchCheck.fault(input)), now);
    const { bootId, frames } = input;
    if (!this.#backlog.take(now, frames.length)) return this.refuse({ ...tooFast, bootId }, now);
    if (this.intake.full) return this.refuse({ ...tooMuch, bootId }, now);
    frames.forEach((one, i) => {
      const read = this.#read(one, this.#backlogReader, now, `/frames/${i}`);
      if ('refusal' in read) return this.refuse({ ...read.refusal, bootId, seq: seqOf(one) }, now);
      const { seq } = read.frame;
      const arrival = { host: this.host, bootId, ...read, now };
      if (!this.intake.store(arrival, () => this.#durable(bootId, seq))) {
        this.refuse({ ...tooVaried, bootId, seq }, now);
      }
    });
  }

  /** Tells the agent what was not taken. In a flood not every refusal is told, only counted. */
  refuse(refusal: Refusal, now: number): void {
    this.events.onRefused(refusal, now);
    if (this.#refusals.take(now)) this.socket.emit('refused', refusal);
  }

  /** Says why and closes the connection. */
  end(refusal: Refusal): void {
    this.socket.emit('refused', refusal);
    this.socket.disconnect(true);
  }

  #read(
    input: unknown,
    reader: SeriesReader,
    now: number,
    within = '',
  ): { frame: Frame; sample: Sample } | { refusal: Refusal } {
    if (!frameCheck.accepts(input)) return { refusal: invalid(frameCheck.fault(input), within) };
    const refusal = refusedTime(input.t, now);
    if (refusal !== undefined) return { refusal };
    try {
      return { frame: input, sample: reader.read(input) };
    } catch (error) {
      if (!(error instanceof DuplicateSeriesError)) throw error;
      return { refusal: { code: 'invalid', message: `The frame names ${error.key} twice.` } };
    }
  }

  /** Frames become durable many at a time: they are acknowledged together. */
  #durable(bootId: string, seq: number): void {
    if (this.#acks.isEmpty) {
      queueMicrotask(() => {
        for (const ack of this.#acks.take()) this.socket.emit('ack', ack);
      });
    }
    this.#acks.add(bootId, seq);
  }
}

const tooFast: Refusal = {
  code: 'rate_limited',
  message: `More frames than the hub takes: ${LIMITS.framesPerSecond} per second, ${LIMITS.backlogPerSecond} in batches.`,
};
const tooMuch: Refusal = {
  code: 'rate_limited',
  message: 'The hub cannot store anything at the moment. Keep the frame and send it later.',
};
const tooVaried: Refusal = {
  code: 'invalid',
  message:
    'The frames of this minute name more different disks, interfaces and services than a minute may hold.',
};
