import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DEFAULT_INCIDENT_DAYS } from '@tocsin/shared';
import { HUB_EVENTS, type IncidentsRemoved } from '../../events/hub-events.js';
import { RetentionService } from '../../samples/retention/retention.service.js';
import { IncidentStore } from './incident-store.js';

const DAY_MS = 86_400_000;
/** So many incidents of a tenant go at a time, so that others are not held up. */
const AT_A_TIME = 500;

/** Deletes incidents that ended longer ago than their tenant keeps them. */
@Injectable()
export class OldIncidents {
  readonly #logger = new Logger(OldIncidents.name);

  constructor(
    private readonly retention: RetentionService,
    private readonly store: IncidentStore,
    private readonly events: EventEmitter2,
  ) {}

  /** Called every ten minutes. What is left goes the next time. */
  async prune(now: number): Promise<void> {
    for (const tenantId of this.retention.tenantIds()) {
      const { incidents: days = DEFAULT_INCIDENT_DAYS } = this.retention.of(tenantId);
      try {
        const ids = await this.store.removeResolvedBefore(tenantId, now - days * DAY_MS, AT_A_TIME);
        const removed: IncidentsRemoved = { tenantId, ids };
        if (ids.length > 0) this.events.emit(HUB_EVENTS.incidentsRemoved, removed);
      } catch (error) {
        this.#logger.warn(`Old incidents could not be deleted: ${String(error)}`);
      }
    }
  }
}
