import { isDeepStrictEqual } from 'node:util';
import {
  type AgentConfig,
  type AgentFacts,
  type AgentToHubEvents,
  type HubToAgentEvents,
  LIMITS,
  type Refusal,
  SeriesReader,
} from '@tocsin/shared';
import type { DefaultEventsMap, Socket } from 'socket.io';
import type { AgentIdentity } from '../hosts/host-keys.service.js';
import type { HostRecord } from '../hosts/hosts.service.js';
import type { IntakeService } from './intake.service.js';
import { BatchRefusals } from './batch-refusals.js';
import {
  batchCheck,
  factsCheck,
  frameCheck,
  invalid,
  liveCheck,
  seqOf,
  tooVaried,
} from './message-checks.js';
import { PendingAcks } from './pending-acks.js';
import { readFrame } from './read-frame.js';
import { TokenBucket } from './token-bucket.js';

/** Facts a connection may send per second over a long time, and at once. */
const FACTS_PER_SECOND = 1;
const FACTS_BURST = 10;

/** What the handshake left on the socket. */
export interface Introduced {
  identity: AgentIdentity;
  facts: AgentFacts;
}

export type AgentSocket = Socket<AgentToHubEvents, HubToAgentEvents, DefaultEventsMap, Introduced>;

export interface SessionEvents {
  /** A frame of the present came that passed every check. */
  onFrame: (now: number) => void;
  /** The agent introduced itself anew. */
  onFacts: (facts: AgentFacts, now: number) => void;
  onRefused: (refusal: Refusal, now: number) => void;
}

/** One connection of an agent: checks what it sends, and acknowledges what is safe. Times are UTC ms. */
export class AgentSession {
  readonly #reader = new SeriesReader();
  /** A backlog may be of another layout; the two would only throw each other's layouts away. */
  readonly #backlogReader = new SeriesReader();
  readonly #liveReader = new SeriesReader();
  readonly #acks = new PendingAcks();
  readonly #frames: TokenBucket;
  /** Apart from the others: frames for people must not hold up those that are stored. */
  readonly #live: TokenBucket;
  readonly #facts: TokenBucket;
  readonly #backlog: TokenBucket;
  readonly #refusals: TokenBucket;
  #config?: AgentConfig;

  constructor(
    readonly socket: AgentSocket,
    private readonly host: HostRecord,
    private readonly intake: IntakeService,
    private readonly events: SessionEvents,
    now: number,
  ) {
    this.#frames = new TokenBucket(LIMITS.framesPerSecond, LIMITS.framesBurst, now);
    this.#live = new TokenBucket(LIMITS.framesPerSecond, LIMITS.framesBurst, now);
    this.#facts = new TokenBucket(FACTS_PER_SECOND, FACTS_BURST, now);
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
    const read = readFrame(input, { check: frameCheck, reader: this.#reader, now });
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
    if (this.intake.backlogFull(this.hostId)) return this.refuse({ ...tooMuch, bootId }, now);
    const refusals = new BatchRefusals();
    const refuse = (refusal: Refusal, seq: number | undefined) => {
      if (seq === undefined) return this.refuse({ ...refusal, bootId }, now);
      this.events.onRefused(refusal, now);
      refusals.add({ ...refusal, bootId }, seq);
    };
    frames.forEach((one, i) => {
      const read = readFrame(one, {
        check: frameCheck,
        reader: this.#backlogReader,
        now,
        within: `/frames/${i}`,
      });
      if ('refusal' in read) return refuse(read.refusal, seqOf(one));
      const { seq } = read.frame;
      const arrival = { host: this.host, bootId, ...read, now };
      if (!this.intake.store(arrival, () => this.#durable(bootId, seq))) refuse(tooVaried, seq);
    });
    for (const refusal of refusals.messages) this.#tell(refusal, now);
  }

  /**
   * A frame for whoever watches. Nothing of it is kept, so what is wrong with it is not answered: without
   * a number, the agent would take that for an answer to a batch.
   */
  live(input: unknown, now: number): void {
    if (!this.#live.take(now)) return this.events.onRefused(tooFast, now);
    const read = readFrame(input, { check: liveCheck, reader: this.#liveReader, now });
    if ('refusal' in read) return this.events.onRefused(read.refusal, now);
    this.events.onFrame(now);
    this.intake.showLive(this.host, read.frame, now);
  }

  /** The agent says anew who it is, because that changed. Not answered either. */
  facts(input: unknown, now: number): void {
    if (!this.#facts.take(now)) return this.events.onRefused(tooManyFacts, now);
    if (!factsCheck.accepts(input)) return this.events.onRefused(invalid(factsCheck.fault(input)), now);
    if (input.bootId !== this.socket.data.facts.bootId) return this.events.onRefused(otherBoot, now);
    this.socket.data.facts = input;
    this.events.onFacts(input, now);
  }

  /** Tells the agent what it shall do, unless it was told just that already. */
  configure(config: AgentConfig): void {
    if (isDeepStrictEqual(this.#config, config)) return;
    this.#config = config;
    this.socket.emit('config', config);
  }

  /**
   * What the agent says of its host's processes. It is not checked yet.
   * @throws when it does not answer within the time, in ms
   */
  processes(withinMs: number): Promise<unknown> {
    return this.socket.timeout(withinMs).emitWithAck('processes');
  }

  /** Tells the agent what was not taken. In a flood not every refusal is told, only counted. */
  refuse(refusal: Refusal, now: number): void {
    this.events.onRefused(refusal, now);
    this.#tell(refusal, now);
  }

  #tell(refusal: Refusal, now: number): void {
    if (this.#refusals.take(now)) this.socket.emit('refused', refusal);
  }

  /** Says why and closes the connection. */
  end(refusal: Refusal): void {
    this.socket.emit('refused', refusal);
    this.socket.disconnect(true);
  }

  /** Frames become durable many at a time: they are acknowledged together. */
  #durable(bootId: string, seq: number): void {
    if (this.#acks.isEmpty) {
      queueMicrotask(() => {
        const time = Date.now();
        for (const ack of this.#acks.take()) this.socket.emit('ack', { ...ack, time });
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
const tooManyFacts: Refusal = {
  code: 'rate_limited',
  message: `More facts than the hub takes: ${FACTS_PER_SECOND} per second.`,
};
const otherBoot: Refusal = {
  code: 'invalid',
  message: 'The facts are of another start of the agent than the handshake.',
  field: '/bootId',
};
