import { Logger } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import {
  checkFor,
  LIVE_NAMESPACE,
  type LiveError,
  may,
  RenewToken,
  UnwatchHost,
  WatchHost,
  WatchOverview,
} from '@tocsin/shared';
import { AccessTokens, type Identity } from '../auth/access-tokens.js';
import { answer, refusal } from './answer.js';
import { type LiveNamespace, type LiveSocket, LiveSockets, rooms } from './live-sockets.js';
import { LiveService } from './live.service.js';
import { StoringWatch } from './storing-watch.js';

const checks = {
  watchOverview: checkFor(WatchOverview),
  watchHost: checkFor(WatchHost),
  unwatchHost: checkFor(UnwatchHost),
  renew: checkFor(RenewToken),
};

/** The way of people's browsers to the live state. */
@WebSocketGateway({ namespace: LIVE_NAMESPACE })
export class LiveGateway implements OnGatewayInit<LiveNamespace>, OnGatewayConnection<LiveSocket> {
  readonly #logger = new Logger(LiveGateway.name);

  constructor(
    private readonly tokens: AccessTokens,
    private readonly live: LiveService,
    private readonly sockets: LiveSockets,
    private readonly storing: StoringWatch,
  ) {}

  afterInit(namespace: LiveNamespace): void {
    namespace.use((socket, next) => {
      void this.#letIn(socket)
        .catch((error: Error) => {
          this.#logger.error(error);
          return connectError('internal', 'The hub could not check the access token. Try again.');
        })
        .then(next);
    });
    this.sockets.attach(namespace);
  }

  handleConnection(socket: LiveSocket): void {
    const { tenantId } = socket.data.identity;
    void socket.join(rooms.tenant(tenantId));
    this.storing.greet(socket);

    answer(socket, 'watchOverview', checks.watchOverview, ({ cursor }) => {
      void socket.join(rooms.overview(tenantId));
      return this.live.overview(tenantId, cursor, Date.now());
    });
    answer(socket, 'watchHost', checks.watchHost, ({ hostId, since }) => {
      const snapshot = this.live.host(tenantId, hostId, since, Date.now());
      if (snapshot === undefined) return refusal('not_found', 'There is no such host.');
      void socket.join(rooms.host(tenantId, hostId));
      return snapshot;
    });
    answer(socket, 'renew', checks.renew, ({ token }) => this.#renew(socket, token));
    socket.on('unwatchOverview', () => void socket.leave(rooms.overview(tenantId)));
    socket.on('unwatchHost', (ask: unknown) => {
      if (checks.unwatchHost.accepts(ask)) void socket.leave(rooms.host(tenantId, ask.hostId));
    });
  }

  /** Resolves with why not. */
  async #letIn(socket: LiveSocket): Promise<Error | undefined> {
    const identity = await this.#identity(socket.handshake.auth);
    if (identity === null) return connectError('unauthorized', 'The access token is missing or has ended.');
    if (!may(identity.role, 'hosts:read')) return connectError('forbidden', 'You may not see the hosts.');
    socket.data.identity = identity;
    return undefined;
  }

  async #identity(auth: unknown): Promise<Identity | null> {
    return checks.renew.accepts(auth) ? this.tokens.verify(auth.token) : null;
  }

  async #renew(socket: LiveSocket, token: string): Promise<{ ok: true } | LiveError> {
    const { userId, tenantId } = socket.data.identity;
    const identity = await this.tokens.verify(token).catch((error: Error) => this.#logger.error(error));
    if (identity === undefined) return refusal('internal', 'The hub could not check the token. Try again.');
    if (identity?.userId !== userId || identity.tenantId !== tenantId) {
      return refusal('unauthorized', 'This is not a token of the same person.');
    }
    socket.data.identity = identity;
    return { ok: true };
  }
}

function connectError(code: string, message: string): Error {
  return Object.assign(new Error(message), { data: { code, message } });
}
