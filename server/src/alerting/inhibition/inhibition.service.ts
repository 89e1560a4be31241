import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { HUB_EVENTS, type IncidentChanged } from '../../events/hub-events.js';
import { Holders } from '../incidents/holders.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { Inhibition } from './inhibition.js';

/** Keeps people from being told what another incident says already. */
@Injectable()
export class InhibitionService implements OnApplicationBootstrap {
  readonly #inhibition = new Inhibition();

  constructor(
    private readonly incidents: IncidentsService,
    holders: Holders,
  ) {
    holders.join((_, incident, now) => this.#inhibition.holdOn(incident, now));
  }

  onApplicationBootstrap(): void {
    const now = Date.now();
    for (const tenantId of this.incidents.tenants()) {
      for (const incident of this.incidents.openOf(tenantId)) this.#inhibition.put(incident, now);
    }
  }

  @OnEvent(HUB_EVENTS.incidentChanged)
  incidentChanged({ tenantId, incident }: IncidentChanged): void {
    const now = Date.now();
    for (const id of this.#inhibition.put(incident, now)) this.incidents.reviewOne(tenantId, id, now);
  }
}
