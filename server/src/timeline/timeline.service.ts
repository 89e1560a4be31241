import { Injectable } from '@nestjs/common';
import {
  type Delivery,
  type IncidentTimeline,
  type Notification,
  type TimelineEntry,
  timelineOf,
} from '@tocsin/shared';
import { IncidentsService } from '../alerting/incidents/incidents.service.js';
import { Outbox } from '../notifications/outbox/outbox.js';
import { UsersService } from '../users/users.service.js';

/** Notifications of one incident that are shown; a policy that repeats for weeks sends more. */
const NOTIFICATIONS_AT_MOST = 200;

/** All that happened to an incident: its log, and whom the outbox told of it. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly outbox: Outbox,
    private readonly users: UsersService,
  ) {}

  /** @throws ApiException `not_found` when the tenant has no such incident */
  async of(tenantId: string, id: string): Promise<IncidentTimeline> {
    const { incident, log } = await this.incidents.withLog(tenantId, id);
    const timeline = [...timelineOf(incident, log), ...(await this.#notified(tenantId, id))];
    timeline.sort((a, b) => a.at - b.at);
    return { count: timeline.length, timeline };
  }

  async #notified(tenantId: string, incidentId: string): Promise<TimelineEntry[]> {
    const query = { incident: incidentId, limit: NOTIFICATIONS_AT_MOST };
    const { notifications } = await this.outbox.page(tenantId, query);
    const names = new Map((await this.users.ofTenant(tenantId)).map(({ id, name }) => [id, name]));
    const nameOf = ({ kind, id }: Notification['recipient'], [first]: readonly Delivery[]) =>
      kind === 'user' ? (names.get(id) ?? 'A former member') : (first?.name ?? 'A channel');
    return notifications.flatMap(({ id, recipient, items, createdAt, state, error, deliveries }) =>
      items
        .filter((item) => item.incidentId === incidentId)
        .map(({ kind: notice }) => ({
          at: createdAt,
          kind: 'notified' as const,
          ...{ id, notice, to: nameOf(recipient, deliveries), state },
          ...(error !== undefined && { error }),
          deliveries,
        })),
    );
  }
}
