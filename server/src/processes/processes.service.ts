import { Injectable, Logger } from '@nestjs/common';
import { checkFor, ProcessList } from '@tocsin/shared';
import { AgentConnections } from '../ingest/agent-connections.js';
import { RepeatedWarnings } from '../logging/repeated-warnings.js';

/** How long an agent may take to answer, and how long its answer is good for others who ask, in ms. */
const ANSWER_WITHIN_MS = 3_000;
const REUSE_MS = 1_000;

const listCheck = checkFor(ProcessList);

/** There is no list to be had; the message says why, for people. */
export class ProcessesUnavailableError extends Error {}

/** Asks agents which processes matter on their hosts at this moment. */
@Injectable()
export class ProcessesService {
  readonly #warnings = new RepeatedWarnings(new Logger(ProcessesService.name));
  /** By host: a question under way, or one that was just answered. */
  readonly #asked = new Map<string, Promise<ProcessList>>();

  constructor(private readonly connections: AgentConnections) {}

  /**
   * Of many who ask at the same time, the agent hears one.
   * @throws ProcessesUnavailableError when the host's agent is away, too old to know, or does not answer
   */
  async of(hostId: string): Promise<ProcessList> {
    const known = this.#asked.get(hostId);
    if (known !== undefined) return known;
    const list = this.#ask(hostId);
    this.#asked.set(hostId, list);
    const forget = () => void setTimeout(() => this.#asked.delete(hostId), REUSE_MS).unref();
    list.then(forget, forget);
    return list;
  }

  async #ask(hostId: string): Promise<ProcessList> {
    const session = this.connections.get(hostId);
    if (session === undefined)
      throw new ProcessesUnavailableError('The agent of this host is not connected.');
    const answer: unknown = await session.processes(ANSWER_WITHIN_MS).catch(() => {
      throw new ProcessesUnavailableError(
        `The agent did not answer within ${ANSWER_WITHIN_MS / 1_000} s. It may be too old to know its processes.`,
      );
    });
    if (listCheck.accepts(answer)) return answer;
    const { field, message } = listCheck.fault(answer);
    this.#warnings.warn(`Processes of host ${hostId}`, `${field} ${message}`.slice(0, 200), Date.now());
    throw new ProcessesUnavailableError('The agent answered something that is no list of processes.');
  }
}
