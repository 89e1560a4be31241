import { Injectable } from '@nestjs/common';
import { type Incident, type IncidentPage, type IncidentsQuery, isNamed, worstFirst } from '@tocsin/shared';
import { ApiException } from '../../http/api-exception.js';
import { IncidentStore, PAGE } from './incident-store.js';
import { IncidentsService } from './incidents.service.js';

/** Incidents as lists: filtered, a page at a time. */
@Injectable()
export class IncidentLists {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly store: IncidentStore,
  ) {}

  async page(tenantId: string, query: IncidentsQuery): Promise<IncidentPage> {
    if (query.sort === 'worst') return this.#worst(tenantId, query);
    await this.incidents.written();
    return this.store.page(tenantId, query);
  }

  /** Only open ones are ordered so, and those are in memory. */
  async #worst(tenantId: string, query: IncidentsQuery): Promise<IncidentPage> {
    if (query.status !== 'open') {
      throw new ApiException(
        400,
        'invalid',
        'Only open incidents can be listed worst first: ask for status=open too.',
        '/sort',
      );
    }
    const { after, limit = PAGE } = query;
    // It may have been resolved meanwhile; its place is known all the same.
    const last = after === undefined ? undefined : await this.incidents.one(tenantId, after);
    const found = this.incidents
      .openOf(tenantId)
      .filter((incident) => isAskedFor(incident, query) && (!last || worstFirst(last, incident) < 0))
      .sort(worstFirst);
    const incidents = found.slice(0, limit);
    return found.length > limit ? { incidents, next: incidents.at(-1)!.id } : { incidents };
  }
}

/** What `incidentFilter` asks of MongoDB. */
function isAskedFor(incident: Incident, query: IncidentsQuery): boolean {
  const { host, rule, severity, acknowledged, assignee, q, from = -Infinity, to = Infinity } = query;
  const { openedAt } = incident;
  return (
    (host === undefined || incident.hostId === host) &&
    (rule === undefined || incident.ruleId === rule) &&
    (severity === undefined || incident.severity === severity) &&
    (acknowledged === undefined || (incident.acknowledgedAt !== undefined) === acknowledged) &&
    (assignee === undefined || incident.assignee?.id === assignee) &&
    openedAt >= from &&
    openedAt < to &&
    (q === undefined || isNamed(incident, q))
  );
}
