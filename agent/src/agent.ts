import { setTimeout as delay } from 'node:timers/promises';
import type { AgentHandshake, ByeReason } from '@tocsin/shared';
import type { Collector } from './collectors/collector.js';
import { Assembler } from './frame/assemble.js';
import { FrameBuffer, type BufferOptions } from './frame/buffer.js';
import { OwnReading } from './frame/own-reading.js';
import { monotonic, Schedule } from './frame/schedule.js';
import type { Logger } from './logging/logger.js';
import { HubConnection } from './transport/connection.js';
import { Uplink } from './transport/uplink.js';

/** How long a stop waits for the acknowledgements of what was sent, in ms. */
const DRAIN_MS = 2_000;
/** More memory than this frames never take. */
const MEMORY_MEGABYTES = 4;

export interface AgentOptions {
  hub: string;
  handshake: AgentHandshake;
  collectors: readonly Collector[];
  buffer: Pick<BufferOptions, 'stateDir' | 'memoryBytes' | 'diskBytes'>;
  log: Logger;
}

/** Measures, numbers, keeps and sends: one frame each interval, until it is stopped. */
export class Agent {
  readonly #buffer: FrameBuffer;
  readonly #connection: HubConnection;
  readonly #uplink: Uplink;
  readonly #schedule: Schedule;
  readonly #assembler: Assembler;
  #failures = '';

  constructor(private readonly options: AgentOptions) {
    const { hub, handshake, collectors, log } = options;
    const { bootId, interval } = handshake.agent;
    this.#buffer = new FrameBuffer({ ...options.buffer, bootId, log });
    this.#connection = new HubConnection(
      hub,
      handshake,
      {
        onOpen: () => this.#uplink.opened(),
        onAck: (ack) => this.#uplink.acknowledged(ack),
        onRefused: (refusal) => this.#uplink.refused(refusal),
        onClose: () => this.#uplink.closed(),
      },
      log,
    );
    this.#uplink = new Uplink(bootId, this.#buffer, this.#connection, log);
    this.#assembler = new Assembler([...collectors, new OwnReading(this.#uplink, this.#buffer)]);
    // Each agent ticks at its own moment of the second, or a hub would get all of them at once.
    this.#schedule = new Schedule(interval, monotonic() - Math.random() * interval, (now) => this.#tick(now));
  }

  async start(): Promise<void> {
    this.#buffer.start();
    this.#connection.start();
    await this.#assembler.prime(monotonic());
    this.#schedule.start();
  }

  /** Says goodbye, and waits a little for what is on its way. */
  async stop(reason: ByeReason): Promise<void> {
    await this.#schedule.stop();
    await Promise.race([this.#connection.bye(reason), delay(DRAIN_MS)]);
    await this.#uplink.drained(DRAIN_MS);
    this.#connection.stop();
    await Promise.race([this.#buffer.close(), delay(DRAIN_MS)]);
  }

  async #tick(now: number): Promise<void> {
    const frame = await this.#assembler.next(now, Date.now());
    this.#tellFailures(frame.failures?.map(({ collector, error }) => `${collector}: ${error}`) ?? []);
    this.#uplink.send(frame);
  }

  /** A failure is in every frame as long as it lasts; the log has its beginning and its end. */
  #tellFailures(failures: string[]): void {
    const told = failures.sort().join('; ');
    if (told === this.#failures) return;
    this.#failures = told;
    if (told === '') this.options.log.info('everything can be read again');
    else this.options.log.warn(`could not be read: ${told}`);
  }
}

/** @param megabytes what a person allows on disk */
export const bufferOf = (megabytes: number, stateDir?: string): AgentOptions['buffer'] => ({
  stateDir,
  memoryBytes: Math.min(megabytes, MEMORY_MEGABYTES) * 1024 * 1024,
  diskBytes: megabytes * 1024 * 1024,
});
