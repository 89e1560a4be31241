import {
  AGENT_NAMESPACE,
  type Ack,
  type AgentFacts,
  type AgentToHubEvents,
  type Frame,
  type HandshakeRefusal,
  type HubToAgentEvents,
  PROTOCOL_VERSION,
  type Refusal,
} from '@tocsin/shared';
import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';

/** Speaks the agent's side of the protocol and keeps books of what it sent and what was acknowledged. */
export class AgentClient {
  readonly bootId = randomBytes(8).toString('hex');
  readonly socket: Socket<HubToAgentEvents, AgentToHubEvents>;
  readonly sent: Frame[] = [];
  readonly acknowledged = new Set<number>();
  readonly refusals: Refusal[] = [];

  constructor(url: string, key: string, facts: Partial<AgentFacts> = {}) {
    const agent: AgentFacts = {
      ...{ bootId: this.bootId, version: '0.0.0', hostname: 'client', os: 'Linux', kernel: '6', arch: 'x64' },
      ...{ cpus: 1, memTotal: 2 ** 30, bootTime: 0, interval: 1000, ...facts },
    };
    this.socket = io(url + AGENT_NAMESPACE, {
      auth: { key, protocol: PROTOCOL_VERSION, agent },
      ...{ transports: ['websocket'], forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 },
    });
    this.socket.on('ack', (ack) => this.#acknowledge(ack));
    this.socket.on('refused', (refusal) => this.refusals.push(refusal));
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

  /** Sends the next frame; CPU usage is the value to find again. */
  send(usage: number, t = Date.now()): Frame {
    const idle = { user: 0, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 };
    const frame: Frame = { seq: this.sent.length, t, cpu: { usage, ...idle } };
    this.sent.push(frame);
    this.socket.volatile.emit('frame', frame);
    return frame;
  }

  #acknowledge({ bootId, ranges }: Ack): void {
    if (bootId !== this.bootId) return;
    for (const [from, to] of ranges) for (let seq = from; seq <= to; seq++) this.acknowledged.add(seq);
  }

  close(): void {
    this.socket.close();
  }
}
