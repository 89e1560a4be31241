import {
  AGENT_NAMESPACE,
  type Ack,
  type AgentFacts,
  type AgentToHubEvents,
  type Frame,
  type HandshakeRefusal,
  type HubToAgentEvents,
  LIMITS,
  PROTOCOL_VERSION,
  type Refusal,
} from '@tocsin/shared';
import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';

type Introduction = Partial<AgentFacts> & { protocol?: number };

/**
 * Speaks the agent's side of the protocol: it keeps every frame until it is acknowledged and sends the
 * rest again after a reconnect. Tests read its books.
 */
export class AgentClient {
  readonly bootId = randomBytes(8).toString('hex');
  readonly socket: Socket<HubToAgentEvents, AgentToHubEvents>;
  readonly frames: Frame[] = [];
  readonly acknowledged = new Set<number>();
  readonly refusals: Refusal[] = [];

  constructor(url: string, key: string, { protocol = PROTOCOL_VERSION, ...facts }: Introduction = {}) {
    const agent: AgentFacts = {
      ...{ bootId: this.bootId, version: '0.0.0', hostname: 'client', os: 'Linux', kernel: '6', arch: 'x64' },
      ...{ cpus: 1, memTotal: 2 ** 30, bootTime: 0, interval: 1000, ...facts },
    };
    this.socket = io(url + AGENT_NAMESPACE, {
      auth: { key, protocol, agent },
      ...{ transports: ['websocket'], forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 },
    });
    this.socket.on('welcome', () => this.#sendBacklog());
    this.socket.on('ack', (ack) => this.#acknowledge(ack));
    this.socket.on('refused', (refusal) => this.refusals.push(refusal));
  }

  get unacknowledged(): Frame[] {
    return this.frames.filter(({ seq }) => !this.acknowledged.has(seq));
  }

  /** Resolves when the hub let it in; rejects with the hub's words when it did not. */
  welcomed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('welcome', () => resolve());
      this.socket.once('connect_error', (error: Error & { data?: HandshakeRefusal }) =>
        reject(Object.assign(error, { code: error.data?.code })),
      );
    });
  }

  /** Measures a frame and sends it when the hub is there. */
  measure(usage: number, t = Date.now()): Frame {
    const frame = this.keep(usage, t);
    if (this.socket.connected) this.socket.emit('frame', frame);
    return frame;
  }

  /** Sends a frame with these parts. */
  send(parts: Omit<Frame, 'seq'>): void {
    const frame: Frame = { seq: this.frames.length, ...parts };
    this.frames.push(frame);
    if (this.socket.connected) this.socket.emit('frame', frame);
  }

  /** Measures a frame and keeps it for later. CPU usage is the value to find again. */
  keep(usage: number, t: number): Frame {
    const idle = { user: 0, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 };
    const frame: Frame = { seq: this.frames.length, t, cpu: { usage, ...idle } };
    this.frames.push(frame);
    return frame;
  }

  #sendBacklog(): void {
    const backlog = this.unacknowledged;
    for (let at = 0; at < backlog.length; at += LIMITS.batchFrames) {
      this.socket.emit('frames', { bootId: this.bootId, frames: backlog.slice(at, at + LIMITS.batchFrames) });
    }
  }

  #acknowledge({ bootId, ranges }: Ack): void {
    if (bootId !== this.bootId) return;
    for (const [from, to] of ranges) for (let seq = from; seq <= to; seq++) this.acknowledged.add(seq);
  }

  close(): void {
    this.socket.close();
  }
}
