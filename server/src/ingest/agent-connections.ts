import { Injectable } from '@nestjs/common';
import type { AgentSession } from './agent-session.js';

/** The one open connection of each host whose agent is there. */
@Injectable()
export class AgentConnections {
  readonly #sessions = new Map<string, AgentSession>();

  get(hostId: string): AgentSession | undefined {
    return this.#sessions.get(hostId);
  }

  /** The newest connection of a host is its one; returns the one before, which is to be ended. */
  opened(session: AgentSession): AgentSession | undefined {
    const before = this.#sessions.get(session.hostId);
    this.#sessions.set(session.hostId, session);
    return before;
  }

  closed(session: AgentSession): void {
    if (this.#sessions.get(session.hostId) === session) this.#sessions.delete(session.hostId);
  }
}
