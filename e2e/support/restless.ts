import { AgentClient } from './agent-client.js';

/** How often such an agent reports, in ms. */
export const EVERY_MS = 250;

/** A frame as its agent knows it. Times are UTC ms. */
export interface Sent {
  isHigh: boolean;
  at: number;
  /** The connection on which it was sent as one of the present; left out when the hub was away. */
  connection?: number;
  /** When it was acknowledged on that same connection: then the rules have seen it, for certain. */
  acknowledgedAt?: number;
}

/** An agent whose CPU goes up and down at random, and its books. */
export class Restless {
  readonly sent: Sent[] = [];
  #connection = 0;
  #isHigh = false;
  #left = 0;
  #ticking?: NodeJS.Timeout;

  constructor(
    readonly hostId: string,
    readonly client: AgentClient,
    private readonly random: () => number,
  ) {
    client.socket.on('connect', () => (this.#connection += 1));
    client.socket.on('ack', ({ bootId, ranges }) => {
      if (bootId !== client.bootId) return;
      for (const [from, to] of ranges) {
        for (let seq = from; seq <= to; seq += 1) {
          const sent = this.sent[seq];
          if (sent?.connection === this.#connection) sent.acknowledgedAt ??= Date.now();
        }
      }
    });
  }

  start(): void {
    this.#ticking = setInterval(() => this.#tick(), EVERY_MS);
  }

  /** From now on all is calm. */
  calm(): void {
    this.#isHigh = false;
    this.#left = Infinity;
  }

  end(): void {
    clearInterval(this.#ticking);
    this.client.close();
  }

  #tick(): void {
    if (this.#left-- <= 0) {
      this.#isHigh = !this.#isHigh;
      this.#left = 1 + Math.floor(this.random() * 12);
    }
    const isLive = this.client.socket.connected;
    this.sent.push({ isHigh: this.#isHigh, at: Date.now(), ...(isLive && { connection: this.#connection }) });
    this.client.measure(this.#isHigh ? 99 : 10);
  }
}
