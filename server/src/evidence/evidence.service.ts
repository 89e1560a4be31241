import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { HOST_LOST, type Incident, type IncidentEvidence, NO_HOST, type ProcessList } from '@tocsin/shared';
import { Types } from 'mongoose';
import { IncidentsService } from '../alerting/incidents/incidents.service.js';
import { NewestStateQueue } from '../database/newest-state-queue.js';
import {
  HUB_EVENTS,
  type HostEvent,
  type IncidentChanged,
  type IncidentsRemoved,
} from '../events/hub-events.js';
import { HostsService } from '../hosts/hosts.service.js';
import { RepeatedWarnings } from '../logging/repeated-warnings.js';
import { ProcessesService } from '../processes/processes.service.js';
import { EvidenceStore } from './evidence-store.js';
import { MetricBefore } from './metric-before.js';
import type { StoredEvidence } from './evidence.schema.js';

/** A list of processes serves all incidents of its host that open within this time, in ms. */
const SHARE_MS = 10_000;
/** Evidence that may wait for MongoDB; it takes some kilobytes each. Beyond that it is given up. */
export const WAITING_AT_MOST = 500;
/** How long the removal of a host waits for what is being written, and a shutdown does, in ms. */
const SETTLE_MS = 5_000;
const DRAIN_MS = 3_000;

interface Gathered {
  /** UTC ms. */
  at: number;
  processes: ProcessList;
}

/**
 * What the processes of a host were when an incident of it opened, and how its metric came to it. Gathered and written in the background:
 * neither an agent that does not answer nor a database that is away delays an alarm.
 */
@Injectable()
export class EvidenceService implements BeforeApplicationShutdown {
  readonly #logger = new Logger(EvidenceService.name);
  readonly #warnings = new RepeatedWarnings(this.#logger);
  /** By host: what was gathered within the last seconds; undefined where there was nothing to be had. */
  readonly #gathered = new Map<string, Promise<Gathered | undefined>>();
  readonly #queue: NewestStateQueue<StoredEvidence>;

  constructor(
    private readonly processes: ProcessesService,
    private readonly incidents: IncidentsService,
    private readonly hosts: HostsService,
    private readonly store: EvidenceStore,
    private readonly metricBefore: MetricBefore,
  ) {
    this.#queue = new NewestStateQueue(
      (evidence) => store.write(evidence.filter((one) => this.#isWanted(one))),
      (error) => this.#logger.warn(`Evidence waits to be written: ${error.message}`),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#queue.close(DRAIN_MS);
  }

  /** @throws ApiException `not_found` when the tenant has no such incident */
  async of(tenantId: string, incidentId: string): Promise<IncidentEvidence> {
    const { id } = await this.incidents.one(tenantId, incidentId);
    const evidence = await this.store.of(tenantId, id);
    return { count: evidence.length, evidence };
  }

  @OnEvent(HUB_EVENTS.incidentChanged)
  async incidentChanged({ tenantId, incident, opened }: IncidentChanged): Promise<void> {
    // A host that is lost cannot be asked, and the hub itself is none.
    if (!opened || incident.metric === HOST_LOST.id || incident.hostId === NO_HOST) return;
    const points = this.metricBefore.read(tenantId, incident).then((points) => {
      if (points.length > 0) this.#keep(tenantId, incident, { kind: 'metric', at: Date.now(), points });
    });
    const gathered = await this.#gather(incident.hostId);
    if (gathered !== undefined) this.#keep(tenantId, incident, { kind: 'processes', ...gathered });
    await points;
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  async hostRemoved({ tenantId, hostId }: HostEvent): Promise<void> {
    try {
      await this.#queue.settled(SETTLE_MS);
      await this.store.removeHost(tenantId, hostId);
    } catch (error) {
      this.#logger.warn(`Evidence of the removed host ${hostId} could not be deleted: ${String(error)}`);
    }
  }

  @OnEvent(HUB_EVENTS.incidentsRemoved)
  async incidentsRemoved({ tenantId, ids }: IncidentsRemoved): Promise<void> {
    try {
      await this.store.removeIncidents(tenantId, ids);
    } catch (error) {
      this.#logger.warn(`Evidence of ${ids.length} old incidents could not be deleted: ${String(error)}`);
    }
  }

  #gather(hostId: string): Promise<Gathered | undefined> {
    const known = this.#gathered.get(hostId);
    if (known !== undefined) return known;
    const gathered = this.processes.of(hostId).then(
      (processes) => ({ at: Date.now(), processes }),
      (error: Error) => {
        this.#logger.debug(`No evidence of host ${hostId}: ${error.message}`);
        return undefined;
      },
    );
    this.#gathered.set(hostId, gathered);
    setTimeout(() => this.#gathered.delete(hostId), SHARE_MS).unref();
    return gathered;
  }

  #keep(
    tenantId: string,
    incident: Incident,
    { at, ...found }: { at: number } & Pick<StoredEvidence, 'kind' | 'processes' | 'points'>,
  ): void {
    if (this.#queue.size >= WAITING_AT_MOST) {
      const detail = `${WAITING_AT_MOST} wait for MongoDB already`;
      this.#warnings.warn('Evidence of an incident is given up', detail, Date.now());
      return;
    }
    const _id = new Types.ObjectId();
    this.#queue.put(_id.toHexString(), {
      _id,
      tenantId: new Types.ObjectId(tenantId),
      incidentId: new Types.ObjectId(incident.id),
      hostId: new Types.ObjectId(incident.hostId),
      at: new Date(at),
      ...found,
    });
  }

  /** The host may have been removed meanwhile. */
  #isWanted({ hostId }: StoredEvidence): boolean {
    return this.hosts.get(hostId.toHexString()) !== undefined;
  }
}
