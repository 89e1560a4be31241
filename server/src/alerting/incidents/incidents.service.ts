import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  type Acted,
  type Actor,
  expire,
  type Firing,
  HOST_LOST,
  type Incident,
  type LogEntry,
  logged,
  type Resolution,
  sameHolds,
} from '@tocsin/shared';
import { Types } from 'mongoose';
import { HUB_EVENTS, type IncidentChanged } from '../../events/hub-events.js';
import { ApiException } from '../../http/api-exception.js';
import { SamplesService } from '../../samples/samples.service.js';
import { Holders } from './holders.js';
import { withHolds } from './hold-log.js';
import { IncidentStore, type TenantIncident } from './incident-store.js';
import { NewestStateQueue } from '../../database/newest-state-queue.js';

/** How often at most a mere change of an incident's values is told and written, in ms. */
const PROGRESS_EVERY_MS = 10_000;
/**
 * Open incidents of one host. Whoever has so many at once needs no more of them to know that something is
 * wrong, and a host that reports ever new names must not fill the memory.
 */
export const OPEN_PER_HOST = 200;
/** How long a request waits for the database, and how long a shutdown does, in ms. */
const ANSWER_WITHIN_MS = 5_000;
const DRAIN_WITHIN_MS = 10_000;

/** What is known about an incident when it opens. */
export type NewIncident = Pick<
  Incident,
  | 'ruleId'
  | 'ruleName'
  | 'hostId'
  | 'hostName'
  | 'metric'
  | 'instance'
  | 'severity'
  | 'comparison'
  | 'firesAt'
>;

/** Since when the condition holds, and its values. */
type Opening = Pick<Firing, 'since' | 'openedAt' | 'opened' | 'worst' | 'last'>;

/** An incident that is resolved by hand and opens again within this time, in ms, had not ended. */
const REOPENS_WITHIN_MS = 60_000;

interface Open {
  incident: Incident;
  log: readonly LogEntry[];
  toldAt: number;
}

/**
 * The open incidents of each tenant, in memory. Every change is told at once and then written; whoever
 * shows or sends an incident does not wait for the database.
 */
@Injectable()
export class IncidentsService implements OnModuleInit, BeforeApplicationShutdown {
  readonly #logger = new Logger(IncidentsService.name);
  readonly #open = new Map<string, Map<string, Open>>();
  /** Open incidents by host. */
  readonly #counts = new Map<string, number>();
  /** Hosts at the bound; told once, until a good part of their incidents is resolved. */
  readonly #crowded = new Set<string>();
  /** What was resolved by hand lately, by rule, host and instance. */
  readonly #byHand = new Map<string, { id: string; at: number }>();
  readonly #queue: NewestStateQueue<TenantIncident>;

  constructor(
    private readonly store: IncidentStore,
    private readonly holders: Holders,
    private readonly events: EventEmitter2,
    samples: SamplesService,
  ) {
    this.#queue = new NewestStateQueue(
      (states) => store.write(states),
      (error) => this.#logger.warn(`Incidents wait to be written: ${error.message}`),
    );
    // A frame that is acknowledged never comes again, so what it opened or resolved must be safe by then.
    samples.alsoDurable(() => this.#queue.written());
  }

  async onModuleInit(): Promise<void> {
    for (const { tenantId, incident, log } of await this.store.loadOpen()) {
      this.#of(tenantId).set(incident.id, { incident, log, toldAt: 0 });
      this.#count(incident, 1);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    const lost = await this.#queue.close(DRAIN_WITHIN_MS);
    if (lost > 0) this.#logger.error(`${lost} incidents were not written before the hub stopped.`);
  }

  /** The tenant's open incidents, oldest first. */
  openOf(tenantId: string): Incident[] {
    return Array.from(this.#open.get(tenantId)?.values() ?? [], ({ incident }) => incident);
  }

  /** Tenants that have open incidents. */
  tenants(): string[] {
    return [...this.#open.keys()];
  }

  /** @returns undefined when the host has as many open incidents as it may have */
  open(tenantId: string, about: NewIncident, firing: Opening): Incident | undefined {
    if (this.#isFull(about)) return undefined;
    const { since, openedAt, opened, worst, last } = firing;
    const incident: Incident = {
      id: new Types.ObjectId().toHexString(),
      ...about,
      status: 'open',
      since,
      openedAt,
      openedValue: opened,
      worstValue: worst,
      lastValue: last,
      ...this.#reopened(about, since),
    };
    const held = this.#held(tenantId, incident, openedAt);
    this.#count(held, 1);
    this.#keep(
      tenantId,
      { incident: held, log: withHolds([], incident, held, openedAt), toldAt: openedAt },
      true,
    );
    return held;
  }

  /** Asks again what holds each open incident back; called every second, and at once when a reason is new or gone. */
  review(now: number, onlyTenant?: string): void {
    for (const [key, { at }] of this.#byHand) if (now - at > REOPENS_WITHIN_MS) this.#byHand.delete(key);
    for (const [tenantId, open] of this.#open) {
      if (onlyTenant !== undefined && tenantId !== onlyTenant) continue;
      for (const one of open.values()) this.#review(tenantId, one, now);
    }
  }

  /** The same for one of them. */
  reviewOne(tenantId: string, id: string, now: number): void {
    const open = this.#open.get(tenantId)?.get(id);
    if (open !== undefined) this.#review(tenantId, open, now);
  }

  /** The condition goes on; told now and then, since the live values show it anyway. */
  progress(tenantId: string, id: string, { worst, last }: Pick<Firing, 'worst' | 'last'>, now: number): void {
    const open = this.#open.get(tenantId)?.get(id);
    if (open === undefined || Math.abs(now - open.toldAt) < PROGRESS_EVERY_MS) return;
    const { incident, log } = open;
    if (incident.worstValue === worst && incident.lastValue === last) return;
    this.#keep(tenantId, { incident: { ...incident, worstValue: worst, lastValue: last }, log, toldAt: now });
  }

  /** @param byHand who said that it is over, and what else */
  resolve(
    tenantId: string,
    id: string,
    resolution: Resolution,
    now: number,
    { lastValue, ...byHand }: { lastValue?: number; resolvedBy?: Actor; resolvedNote?: string } = {},
  ): void {
    const open = this.#open.get(tenantId)?.get(id);
    if (open === undefined) return;
    const { incident, log } = open;
    const resolved: Incident = {
      ...incident,
      status: 'resolved',
      resolvedAt: Math.max(now, incident.openedAt),
      resolution,
      ...byHand,
      ...(lastValue !== undefined && { lastValue }),
    };
    if (resolution === 'by_hand') this.#byHand.set(seriesOf(incident), { id, at: now });
    this.#of(tenantId).delete(id);
    this.#count(incident, -1);
    this.#tell(tenantId, resolved, log);
  }

  /** The incident, and all that happened to it, while it is open. */
  opened(tenantId: string, id: string): Pick<Open, 'incident' | 'log'> | undefined {
    return this.#open.get(tenantId)?.get(id);
  }

  /** Somebody did something about an open incident; in effect at once, written soon. */
  change(tenantId: string, id: string, { incident, entry }: Acted): void {
    const open = this.#open.get(tenantId)?.get(id);
    if (open === undefined || (incident === open.incident && entry === undefined)) return;
    const log = entry === undefined ? open.log : logged(open.log, entry);
    this.#keep(tenantId, { incident, log, toldAt: open.toldAt });
  }

  /** @throws ApiException `not_found` */
  async one(tenantId: string, id: string): Promise<Incident> {
    const open = this.#open.get(tenantId)?.get(id);
    if (open !== undefined) return open.incident;
    await this.written();
    const stored = await this.store.one(tenantId, id);
    if (stored === undefined) throw new ApiException(404, 'not_found', 'There is no such incident.');
    return stored;
  }

  /** Of these all that there are, as they are now, by their ids. */
  async several(tenantId: string, ids: readonly string[]): Promise<Map<string, Incident>> {
    const found = new Map<string, Incident>();
    const others: string[] = [];
    for (const id of ids) {
      const open = this.#open.get(tenantId)?.get(id);
      if (open === undefined) others.push(id);
      else found.set(id, open.incident);
    }
    if (others.length === 0) return found;
    await this.written();
    for (const incident of await this.store.several(tenantId, others)) found.set(incident.id, incident);
    return found;
  }

  /** The same with all that happened to it. */
  async withLog(tenantId: string, id: string): Promise<Pick<Open, 'incident' | 'log'>> {
    const open = this.opened(tenantId, id);
    if (open !== undefined) return open;
    const incident = await this.one(tenantId, id);
    return { incident, log: (await this.store.log(tenantId, id)) ?? [] };
  }

  /** An incident of any status, as it is in the database. */
  find(tenantId: string, id: string): Promise<Incident | undefined> {
    return this.store.one(tenantId, id);
  }

  #review(tenantId: string, { incident: before, log, toldAt }: Open, now: number): void {
    const { incident, entries } = expire(before, now);
    const held = this.#held(tenantId, incident, now);
    if (held === before) return;
    const longer = entries.reduce<readonly LogEntry[]>(logged, log);
    this.#keep(tenantId, { incident: held, log: withHolds(longer, before, held, now), toldAt });
  }

  #reopened(about: NewIncident, since: number): { reopens?: string } {
    const last = this.#byHand.get(seriesOf(about));
    return last !== undefined && since - last.at <= REOPENS_WITHIN_MS ? { reopens: last.id } : {};
  }

  /** The same object when nothing about it is new. */
  #held(tenantId: string, incident: Incident, now: number): Incident {
    const holds = this.holders.holdsOf(tenantId, incident, now);
    if (sameHolds(incident.holds, holds)) return incident;
    const { holds: _before, ...rest } = incident;
    return holds.length === 0 ? rest : { ...rest, holds };
  }

  #count({ hostId }: Incident, change: 1 | -1): void {
    const count = (this.#counts.get(hostId) ?? 0) + change;
    if (count > 0) this.#counts.set(hostId, count);
    else this.#counts.delete(hostId);
    if (count <= OPEN_PER_HOST / 2) this.#crowded.delete(hostId);
  }

  /** That the host itself is lost is never held back. */
  #isFull({ hostId, hostName, metric }: NewIncident): boolean {
    if (metric === HOST_LOST.id || (this.#counts.get(hostId) ?? 0) < OPEN_PER_HOST) return false;
    if (!this.#crowded.has(hostId)) {
      this.#crowded.add(hostId);
      this.#logger.warn(`${hostName} has ${OPEN_PER_HOST} incidents open: more are not opened for now.`);
    }
    return true;
  }

  #of(tenantId: string): Map<string, Open> {
    let open = this.#open.get(tenantId);
    if (open === undefined) this.#open.set(tenantId, (open = new Map()));
    return open;
  }

  #keep(tenantId: string, open: Open, opened = false): void {
    this.#of(tenantId).set(open.incident.id, open);
    this.#tell(tenantId, open.incident, open.log, opened);
  }

  #tell(tenantId: string, incident: Incident, log: readonly LogEntry[], opened = false): void {
    this.#queue.put(incident.id, { tenantId, incident, log });
    const changed: IncidentChanged = { tenantId, incident, opened };
    this.events.emit(HUB_EVENTS.incidentChanged, changed);
  }

  /**
   * Resolves when what was told is in the database too, so that it can be read there.
   * @throws ApiException `unavailable` when MongoDB is
   */
  async written(): Promise<void> {
    if (await this.#queue.settled(ANSWER_WITHIN_MS)) return;
    throw new ApiException(
      503,
      'unavailable',
      'The database does not answer. What you did is in effect and will be saved as soon as it does.',
    );
  }
}

const seriesOf = ({ ruleId, hostId, metric, instance }: NewIncident): string =>
  JSON.stringify([ruleId, hostId, metric, instance]);
