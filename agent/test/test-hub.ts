import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import {
  AGENT_NAMESPACE,
  type AgentConfig,
  AgentFacts,
  AgentHandshake,
  Bye,
  checkFor,
  Enrol,
  Frame,
  FrameBatch,
  LiveFrame,
  type AgentToHubEvents,
  type ByeReason,
  type HandshakeRefusal,
  type HubToAgentEvents,
  type ProcessList,
} from '@tocsin/shared';
import { Server, type Socket } from 'socket.io';

type AgentSocket = Socket<AgentToHubEvents, HubToAgentEvents>;

const check = {
  handshake: checkFor(AgentHandshake),
  frame: checkFor(Frame),
  batch: checkFor(FrameBatch),
  bye: checkFor(Bye),
  live: checkFor(LiveFrame),
  facts: checkFor(AgentFacts),
  enrol: checkFor(Enrol),
};

/** A hub that speaks the protocol, checks every message against it and does as a test tells it. */
export class TestHub {
  /** Every frame in the order in which it came, and how. */
  readonly received: { bootId: string; seq: number; live: boolean }[] = [];
  lastFrame: Frame | undefined;
  /** Every frame that came as `frame`. */
  readonly frames: Frame[] = [];
  /** What came as `live` and as `facts`. */
  readonly live: LiveFrame[] = [];
  readonly facts: AgentFacts[] = [];
  /** What agents are told after their welcome. */
  config: AgentConfig = { settings: {}, live: false };
  /** What came to `POST /api/v1/enrol`, and what it is answered with; by default a key for each. */
  readonly enrolments: Enrol[] = [];
  enrolAnswer: { status: number; body: unknown; headers?: Record<string, string> } | undefined;
  /** How far this hub's clock is ahead of the machine's, in ms. */
  ahead = 0;
  readonly byes: ByeReason[] = [];
  readonly faults: string[] = [];
  handshakes: AgentHandshake[] = [];
  /** What the next handshakes are answered with. */
  refusal: HandshakeRefusal | undefined;
  /** Whether what comes is acknowledged at once; else by `acknowledgeAll`. */
  acknowledging = true;
  /** Frames that are refused as invalid. */
  refuses: (seq: number) => boolean = () => false;
  sockets: AgentSocket[] = [];

  private constructor(
    readonly port: number,
    private readonly http: HttpServer,
    private readonly io: Server,
  ) {
    http.on('request', (request, response) => void this.#requested(request, response));
    const agents = io.of(AGENT_NAMESPACE);
    agents.use((socket, next) => {
      const { auth } = socket.handshake;
      if (!check.handshake.accepts(auth)) this.#fault('handshake', check.handshake.fault(auth));
      this.handshakes.push(auth as AgentHandshake);
      next(this.refusal && Object.assign(new Error(this.refusal.code), { data: this.refusal }));
    });
    agents.on('connection', (socket) => this.#connected(socket as AgentSocket));
  }

  /** @param port that of an earlier hub to take its place */
  static async start(port = 0): Promise<TestHub> {
    const http = createServer();
    const io = new Server(http);
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new TestHub((http.address() as AddressInfo).port, http, io);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  seqs(): number[] {
    return this.received.map(({ seq }) => seq);
  }

  /** Tells what agents shall do, as a hub does when it changes; it may be nonsense. */
  configure(config: unknown): void {
    this.config = config as AgentConfig;
    for (const socket of this.sockets) socket.emit('config', this.config);
  }

  askProcesses(): Promise<ProcessList> {
    return new Promise((resolve) => this.sockets[0]!.emit('processes', resolve));
  }

  /** Acknowledges everything that came so far. */
  acknowledgeAll(): void {
    for (const { bootId, seq } of this.received)
      for (const socket of this.sockets) socket.emit('ack', { bootId, ranges: [[seq, seq]] });
  }

  /** Goes away without a word, as a killed process does. */
  async kill(): Promise<void> {
    this.http.closeAllConnections();
    for (const socket of this.sockets) socket.conn.transport.close();
    await this.io.close();
  }

  async #requested(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/socket.io')) return;
    const body = await json(request).catch(() => undefined);
    if (request.method !== 'POST' || request.url !== '/api/v1/enrol')
      return void response.writeHead(404).end();
    if (check.enrol.accepts(body)) this.enrolments.push(body);
    else this.#fault('enrol', check.enrol.fault(body));
    const host = { hostId: '0'.repeat(24), name: 'web-1', key: `toc_of_${this.enrolments.length}` };
    const { status, body: answer, headers } = this.enrolAnswer ?? { status: 201, body: host };
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  #connected(socket: AgentSocket): void {
    this.sockets = [socket];
    const { bootId } = (socket.handshake.auth as AgentHandshake).agent;
    const take = (boot: string, sent: number[], live: boolean) => {
      const bad = sent.filter((seq) => this.refuses(seq));
      for (const seq of bad)
        socket.emit('refused', { code: 'invalid', message: 'is odd', bootId: boot, seq });
      const seqs = sent.filter((seq) => !bad.includes(seq));
      for (const seq of seqs) this.received.push({ bootId: boot, seq, live });
      if (this.acknowledging) socket.emit('ack', { bootId: boot, ranges: seqs.map((seq) => [seq, seq]) });
    };
    socket.on('frame', (frame) => {
      this.lastFrame = frame;
      this.frames.push(frame);
      if (check.frame.accepts(frame)) take(bootId, [frame.seq], true);
      else this.#fault('frame', check.frame.fault(frame));
    });
    socket.on('frames', (batch) => {
      if (!check.batch.accepts(batch)) this.#fault('frames', check.batch.fault(batch));
      else
        take(
          batch.bootId,
          batch.frames.map(({ seq }) => seq),
          false,
        );
    });
    socket.on('live', (frame) => {
      this.live.push(frame);
      if (!check.live.accepts(frame)) this.#fault('live', check.live.fault(frame));
    });
    socket.on('facts', (facts) => {
      this.facts.push(facts);
      if (!check.facts.accepts(facts)) this.#fault('facts', check.facts.fault(facts));
    });
    socket.on('bye', (bye, done) => {
      if (!check.bye.accepts(bye)) this.#fault('bye', check.bye.fault(bye));
      this.byes.push(bye.reason);
      done();
    });
    socket.emit('welcome', { hostId: '0'.repeat(24), name: 'web-1', time: Date.now() + this.ahead });
    socket.emit('config', this.config);
  }

  #fault(message: string, { field, message: what }: { field: string; message: string }): void {
    this.faults.push(`${message}${field} ${what}`);
  }
}
