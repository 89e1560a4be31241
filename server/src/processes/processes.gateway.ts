import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import {
  AskProcesses,
  checkFor,
  LIVE_NAMESPACE,
  type LiveError,
  may,
  type ProcessList,
} from '@tocsin/shared';
import { HostsService } from '../hosts/hosts.service.js';
import { answer, refusal } from '../live/answer.js';
import type { LiveSocket } from '../live/live-sockets.js';
import { ProcessesService, ProcessesUnavailableError } from './processes.service.js';

const askCheck = checkFor(AskProcesses);

/**
 * Lets people's browsers ask for the processes of a host. Apart from the gateway of the live state, which
 * must not know the agents.
 */
@WebSocketGateway({ namespace: LIVE_NAMESPACE })
export class ProcessesGateway implements OnGatewayConnection<LiveSocket> {
  constructor(
    private readonly hosts: HostsService,
    private readonly processes: ProcessesService,
  ) {}

  handleConnection(socket: LiveSocket): void {
    answer(socket, 'processes', askCheck, ({ hostId }) => this.#of(socket, hostId));
  }

  async #of(socket: LiveSocket, hostId: string): Promise<ProcessList | LiveError> {
    const { role, tenantId } = socket.data.identity;
    if (!may(role, 'hosts:read')) return refusal('unauthorized', 'You may not see the hosts.');
    if (this.hosts.get(hostId)?.tenantId !== tenantId) return refusal('not_found', 'There is no such host.');
    try {
      return await this.processes.of(hostId);
    } catch (error) {
      if (!(error instanceof ProcessesUnavailableError)) throw error;
      return refusal('unavailable', error.message);
    }
  }
}
