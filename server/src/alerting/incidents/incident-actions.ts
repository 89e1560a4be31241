import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  act,
  type Actor,
  type BulkAction,
  type BulkAnswer,
  hasRoom,
  type Incident,
  type IncidentAction,
  type LogEntry,
  type Person,
  SAID_AT_MOST,
} from '@tocsin/shared';
import { HUB_EVENTS, type IncidentCommented } from '../../events/hub-events.js';
import { ApiException } from '../../http/api-exception.js';
import { UsersService } from '../../users/users.service.js';
import { EvaluationService } from '../evaluation/evaluation.service.js';
import { IncidentStore } from './incident-store.js';
import { IncidentsService } from './incidents.service.js';

/** What people do with incidents, wherever they do it: page, notification, chat. */
@Injectable()
export class IncidentActions {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly evaluation: EvaluationService,
    private readonly store: IncidentStore,
    private readonly users: UsersService,
    private readonly events: EventEmitter2,
  ) {}

  /**
   * In effect at once, answered when it is written.
   * @throws ApiException `not_found`, `conflict` when it is resolved, `invalid` for a member that is not there,
   * `too_many` when no more can be said of it, `unavailable` when MongoDB is
   */
  async do(tenantId: string, id: string, action: IncidentAction, by: Actor, now: number): Promise<Incident> {
    const to = await this.#assignee(tenantId, action);
    if (!this.#doOpen(tenantId, id, action, by, now, to))
      return this.#doResolved(tenantId, id, action, by, now);
    await this.incidents.written();
    return this.incidents.one(tenantId, id);
  }

  /** The same with many; all that is done is written before it is answered. */
  async bulk(tenantId: string, { ids, action }: BulkAction, by: Actor, now: number): Promise<BulkAnswer> {
    const to = await this.#assignee(tenantId, action);
    const answer: BulkAnswer = { done: [], refused: [] };
    for (const id of ids) {
      try {
        if (!this.#doOpen(tenantId, id, action, by, now, to)) {
          await this.#doResolved(tenantId, id, action, by, now);
        }
        answer.done.push(id);
      } catch (error) {
        if (!(error instanceof ApiException) || error.getStatus() >= 500) throw error;
        answer.refused.push({ id, code: error.body.code, message: error.body.message });
      }
    }
    await this.incidents.written();
    return answer;
  }

  /** @returns false when it is not open */
  #doOpen(
    tenantId: string,
    id: string,
    action: IncidentAction,
    by: Actor,
    now: number,
    to: Person | undefined,
  ): boolean {
    const open = this.incidents.opened(tenantId, id);
    if (open === undefined) return false;
    if (action.kind === 'resolve') {
      const said = { resolvedBy: by, ...(action.note !== undefined && { resolvedNote: action.note }) };
      this.evaluation.resolveByHand(tenantId, open.incident, said, now);
      return true;
    }
    const acted = act(open.incident, action, by, now, to);
    if (acted.entry !== undefined && !hasRoom(open.log)) throw tooMany();
    this.incidents.change(tenantId, id, acted);
    this.incidents.reviewOne(tenantId, id, now);
    return true;
  }

  /** What is over can only be talked about. */
  async #doResolved(
    tenantId: string,
    id: string,
    action: IncidentAction,
    by: Actor,
    now: number,
  ): Promise<Incident> {
    const incident = await this.incidents.one(tenantId, id);
    // Whoever resolves it a moment after it cleared by itself has what they want.
    if (action.kind === 'resolve') return incident;
    if (action.kind !== 'comment') {
      throw new ApiException(409, 'conflict', 'The incident is resolved already.');
    }
    await this.incidents.written();
    const entry: LogEntry = { at: now, by, kind: 'commented', text: action.text };
    const commented = await this.store.comment(tenantId, id, entry, SAID_AT_MOST);
    if (commented === undefined) throw tooMany();
    const event: IncidentCommented = { tenantId, incident: commented };
    this.events.emit(HUB_EVENTS.incidentCommented, event);
    return commented;
  }

  async #assignee(tenantId: string, action: IncidentAction): Promise<Person | undefined> {
    if (action.kind !== 'assign' || action.userId === undefined) return undefined;
    const member = (await this.users.ofTenant(tenantId)).find(({ id }) => id === action.userId);
    if (member === undefined) throw new ApiException(422, 'invalid', 'There is no such member.', '/userId');
    return { id: member.id, name: member.name };
  }
}

const tooMany = () =>
  new ApiException(409, 'too_many', `So much was said about this incident that no more can be added.`);
