import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { AGENT_NAMESPACE, type HandshakeRefusalCode } from '@tocsin/shared';
import type { Namespace } from 'socket.io';
import { HUB_EVENTS, type HostEvent, type KeyRevoked } from '../events/hub-events.js';
import { ReadinessService } from '../health/readiness.service.js';
import { HostKeysService } from '../hosts/host-keys.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { RepeatedWarnings } from '../logging/repeated-warnings.js';
import type { Epoch } from '../presence/presence.js';
import { PresenceService } from '../presence/presence.service.js';
import { AgentConfigsService } from './agent-configs.service.js';
import { AgentConnections } from './agent-connections.js';
import { AgentSession, type AgentSocket, type Introduced } from './agent-session.js';
import { inWords } from './disconnect-reasons.js';
import { HandshakeError, readHandshake } from './handshake.js';
import { IntakeService } from './intake.service.js';
import { byeCheck, invalid } from './message-checks.js';

const EVENTS: ReadonlySet<string> = new Set(['frame', 'frames', 'live', 'facts', 'bye']);

/**
 * Where agents connect. Frames are bound to the socket itself: a handler that goes through Nest costs
 * twice the time, which counts at thousands of frames a second.
 */
@WebSocketGateway({ namespace: AGENT_NAMESPACE })
export class AgentGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  readonly #logger = new Logger(AgentGateway.name);
  readonly #warnings = new RepeatedWarnings(this.#logger);
  /** A key may be revoked between its check in the handshake and the connection. */
  readonly #revokedKeys = new Set<string>();
  #stopping = false;

  constructor(
    private readonly readiness: ReadinessService,
    private readonly hosts: HostsService,
    private readonly keys: HostKeysService,
    private readonly presence: PresenceService,
    private readonly intake: IntakeService,
    private readonly connections: AgentConnections,
    private readonly configs: AgentConfigsService,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.#introduce(socket.handshake.auth).then(
        (introduced) => {
          Object.assign(socket.data, introduced);
          next();
        },
        (error: Error) => {
          const { address } = socket.handshake;
          this.#warnings.warn(`Refused an agent from ${address}`, error.message, Date.now());
          next(error);
        },
      );
    });
  }

  handleConnection(socket: AgentSocket): void {
    const now = Date.now();
    const { identity, facts } = socket.data;
    const host = this.hosts.get(identity.hostId);
    if (host === undefined || this.#revokedKeys.has(identity.keyId)) {
      socket.emit('refused', { code: 'revoked_key', message: 'The key was revoked.' });
      socket.disconnect(true);
      return;
    }
    let epoch: Epoch = 0;
    const session = new AgentSession(
      socket,
      host,
      this.intake,
      {
        onFrame: (at) => this.presence.frame(host.id, epoch, at),
        onFacts: (changed, at) => {
          if (this.connections.get(host.id) !== session) return;
          this.hosts.introduced(host.id, changed);
          this.presence.paced(host.id, epoch, changed, at);
        },
        onRefused: ({ code, message }, at) =>
          this.#warnings.warn(`Refused as ${code} from ${host.name}`, message, at),
      },
      now,
    );
    const replaced = this.connections.opened(session);
    this.#bind(session, () => epoch);
    socket.emit('welcome', { hostId: host.id, name: host.name, time: now });
    this.hosts.introduced(host.id, facts);
    epoch = this.presence.connected(host.id, facts, now);
    this.configs.tell({ tenantId: host.tenantId, hostId: host.id });
    replaced?.end({ code: 'replaced', message: 'Another agent connected for this host.' });
    this.#logger.debug(`${host.name} connected.`);
  }

  /** From now on connections end because the hub does, which says nothing about the hosts. */
  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }

  /** Logs how often warnings were held back. Called now and then. */
  summariseWarnings(now: number): void {
    this.#warnings.flush(now);
  }

  @OnEvent(HUB_EVENTS.keyRevoked)
  keyRevoked({ hostId, keyId }: KeyRevoked): void {
    this.#revokedKeys.add(keyId);
    const session = this.connections.get(hostId);
    if (session?.keyId === keyId) session.end({ code: 'revoked_key', message: 'The key was revoked.' });
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  hostRemoved({ hostId }: HostEvent): void {
    this.connections.get(hostId)?.end({ code: 'revoked_key', message: 'The host was removed from the hub.' });
  }

  async #introduce(auth: unknown): Promise<Introduced> {
    if (this.#stopping || !this.readiness.ready) throw refusal('hub_not_ready', 'The hub is not ready yet.');
    const { key, agent } = readHandshake(auth);
    const identity = await this.keys.authenticate(key);
    if (identity === 'unknown_key') throw refusal(identity, 'The hub does not know this key.');
    if (identity === 'revoked_key') throw refusal(identity, 'The key was revoked.');
    return { identity, facts: agent };
  }

  #bind(session: AgentSession, epoch: () => Epoch): void {
    const { socket, hostId } = session;
    /** What an agent sends must never end the hub, not even through a fault of the hub's own. */
    const guarded =
      (handle: (...input: unknown[]) => void) =>
      (...input: unknown[]): void => {
        try {
          handle(...input);
        } catch (error) {
          this.#logger.error(`What ${session.hostId} sent could not be processed.`, error);
          // Not `invalid`, after which an agent gives up what it sent.
          session.refuse({ code: 'rate_limited', message: 'The hub could not process this.' }, Date.now());
        }
      };
    socket.on(
      'frame',
      guarded((input) => session.frame(input, Date.now())),
    );
    socket.on(
      'frames',
      guarded((input) => session.frames(input, Date.now())),
    );
    socket.on(
      'live',
      guarded((input) => session.live(input, Date.now())),
    );
    socket.on(
      'facts',
      guarded((input) => session.facts(input, Date.now())),
    );
    const bye = guarded((input, done) => {
      const now = Date.now();
      if (!byeCheck.accepts(input)) return session.refuse(invalid(byeCheck.fault(input)), now);
      this.presence.stopped(hostId, epoch(), input.reason, now);
      if (typeof done === 'function') done();
    });
    socket.on('bye', bye);
    // An event's name may be a number: Socket.IO does not check it.
    socket.onAny((event: unknown) => {
      if (EVENTS.has(String(event))) return;
      const message = `There is no event ${JSON.stringify(String(event).slice(0, 50))}.`;
      session.refuse({ code: 'invalid', message }, Date.now());
    });
    socket.on('disconnect', (reason) => {
      this.connections.closed(session);
      if (!this.#stopping) this.presence.disconnected(hostId, epoch(), inWords(reason), Date.now());
    });
  }
}

const refusal = (code: HandshakeRefusalCode, message: string) => new HandshakeError({ code, message });
