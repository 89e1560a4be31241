import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { type Batch, type Incident, policiesFor } from '@tocsin/shared';
import { IncidentsService } from '../../alerting/incidents/incidents.service.js';
import { PoliciesService } from '../../alerting/policies/policies.service.js';
import { RulesService } from '../../alerting/rules/rules.service.js';
import { Turns } from '../../database/turns.js';
import {
  type FallbackTold,
  HUB_EVENTS,
  type HostEvent,
  type IncidentChanged,
  type PoliciesChanged,
} from '../../events/hub-events.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { UsersService } from '../../users/users.service.js';
import { Outbox } from '../outbox/outbox.js';
import { messagesOf } from './messages.js';
import { putOff } from './put-off.js';
import { type RouteNote, RouteStore } from './route-store.js';
import { TenantRoutes } from './tenant-routes.js';

/** Brings incidents to the people that the policies name: decides whom to tell of what, and writes it into the outbox. */
@Injectable()
export class RoutingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(RoutingService.name);
  readonly #warnings = new RepeatedWarnings(this.#logger);
  readonly #routes = new Map<string, TenantRoutes>();
  /** One batch of a tenant after the other. */
  readonly #turns = new Turns();
  /** Tenants of which is known what was told before this start of the hub. */
  readonly #restored = new Set<string>();
  readonly #restoring = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(
    private readonly incidents: IncidentsService,
    private readonly policies: PoliciesService,
    private readonly rules: RulesService,
    private readonly hosts: HostsService,
    private readonly users: UsersService,
    private readonly tenants: TenantsService,
    private readonly store: RouteStore,
    private readonly outbox: Outbox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { id } of await this.tenants.all()) await this.#ready(id);
  }

  /** What was decided is written; what was not is decided again by the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      Array.from(this.#routes.keys(), (tenantId) => this.#turns.take(tenantId, async () => {})),
    );
  }

  /** A tenant is new with its first host. */
  @OnEvent(HUB_EVENTS.hostCreated)
  hostCreated({ tenantId }: HostEvent): void {
    this.#begin(tenantId);
  }

  @OnEvent(HUB_EVENTS.incidentChanged)
  incidentChanged({ tenantId, incident }: IncidentChanged): void {
    this.#follow(tenantId, incident, Date.now());
  }

  /** Incidents to which no policy was right so far may have one now. */
  @OnEvent(HUB_EVENTS.policiesChanged)
  policiesChanged({ tenantId }: PoliciesChanged): void {
    this.#begin(tenantId);
    for (const incident of this.incidents.openOf(tenantId)) this.#follow(tenantId, incident, Date.now());
  }

  /** Whoever heard of the beginning hears of the end. */
  @OnEvent(HUB_EVENTS.fallbackTold)
  fallbackTold({ tenantId, incidentIds, recipient }: FallbackTold): void {
    this.#routes.get(tenantId)?.toldToo(incidentIds, recipient);
  }

  /** Steps and reminders whose time has come. Called every second: a look at each open incident. */
  remind(now: number): void {
    for (const [tenantId, routes] of this.#routes) routes.tick(this.policies.of(tenantId), now);
  }

  /** Called twenty times a second: a single alarm waits for nothing else. */
  tick(now: number): void {
    for (const [tenantId, routes] of this.#routes) {
      if (this.#stopping) return;
      const batches = routes.take(now);
      const changed = routes.takeChanged();
      if (batches.length + changed.length === 0) continue;
      void this.#turns.take(tenantId, async () => {
        for (const batch of batches) await this.#tell(tenantId, routes, batch);
        await this.#save(
          tenantId,
          changed.map(({ incident, ...route }) => ({ ...route, incidentId: incident.id, ended: false })),
        );
      });
    }
  }

  /** Resolves when all that was due by the last tick is written. */
  settled(tenantId: string): Promise<void> {
    return this.#turns.take(tenantId, async () => {});
  }

  #follow(tenantId: string, incident: Incident, now: number): void {
    // Until then each open incident would look like one of which nobody was told; it is looked at again then.
    if (!this.#restored.has(tenantId)) return;
    const policies = this.policies.of(tenantId);
    const choose = () => {
      const tags = this.hosts.get(incident.hostId)?.tags ?? [];
      const named = this.rules.of(tenantId).find(({ id }) => id === incident.ruleId)?.policyId;
      return policiesFor(policies, { ...incident, tags }, named);
    };
    this.#of(tenantId).incident(incident, choose, policies, now);
  }

  async #tell(tenantId: string, routes: TenantRoutes, batch: Batch): Promise<void> {
    // What is not told now is told by the next start.
    if (this.#stopping) return;
    const now = Date.now();
    try {
      const policies = this.policies.of(tenantId);
      const tellings = routes.tellings(batch, policies, now);
      if (tellings.length === 0) return;
      // Nobody is told of an incident that a crash could still take back.
      await this.incidents.written();
      const toldTo = (id: string): readonly string[] => routes.route(id)?.toldTo ?? [];
      const { messages, told } = messagesOf(tellings, policies, toldTo, await this.users.ofTenant(tenantId));
      const notes = tellings.map(({ incident, states, ended }) => ({
        incidentId: incident.id,
        states,
        toldTo: told.get(incident.id)!,
        ended,
      }));
      const later = putOff(messages, await this.users.quietHoursOfTenant(tenantId), now);
      await this.outbox.put(tenantId, later, now, (session) =>
        this.store.save(tenantId, notes, now, session),
      );
      const newer = routes.commit(tellings, (id) => told.get(id)!);
      for (const incident of newer) this.#follow(tenantId, incident, Date.now());
    } catch (error) {
      this.#warnings.warn('Notifications wait to be written', String(error), now);
      routes.putBack(batch, now);
    }
  }

  async #save(tenantId: string, notes: readonly RouteNote[]): Promise<void> {
    try {
      await this.store.save(tenantId, notes, Date.now());
    } catch (error) {
      // Without them a step comes earlier after a crash than it would have, and nothing else.
      this.#warnings.warn('Notes of what was told could not be saved', String(error), Date.now());
    }
  }

  #begin(tenantId: string): void {
    this.#ready(tenantId).catch((error: Error) => {
      this.#logger.error(`It is not known whom to tell in tenant ${tenantId}: ${error.message}`);
    });
  }

  #ready(tenantId: string): Promise<void> {
    if (this.#restored.has(tenantId)) return Promise.resolve();
    let restoring = this.#restoring.get(tenantId);
    if (restoring === undefined) {
      restoring = this.#restore(tenantId).finally(() => this.#restoring.delete(tenantId));
      this.#restoring.set(tenantId, restoring);
    }
    return restoring;
  }

  async #restore(tenantId: string): Promise<void> {
    await Promise.all([this.policies.list(tenantId), this.rules.ready(tenantId)]);
    const notes = await this.store.unended(tenantId);
    const open = () => new Map(this.incidents.openOf(tenantId).map((incident) => [incident.id, incident]));
    const over = new Map<string, Incident | undefined>();
    const unread = () => {
      const now = open();
      return notes.filter(({ incidentId }) => !now.has(incidentId) && !over.has(incidentId));
    };
    // One that ends meanwhile is to be read too, as ended.
    for (let rest = unread(); rest.length > 0; rest = unread()) {
      await this.incidents.written();
      for (const { incidentId } of rest)
        over.set(incidentId, await this.incidents.find(tenantId, incidentId));
    }
    // From here on nothing happens in between, and whatever happens after is heard of.
    this.#restored.add(tenantId);
    const incidents = new Map([...over, ...open()]);
    for (const { incidentId, states, toldTo } of notes) {
      const incident = incidents.get(incidentId);
      if (incident !== undefined) this.#of(tenantId).restore({ incident, states, toldTo });
    }
    for (const incident of incidents.values()) {
      if (incident !== undefined) this.#follow(tenantId, incident, Date.now());
    }
  }

  #of(tenantId: string): TenantRoutes {
    let routes = this.#routes.get(tenantId);
    if (routes === undefined) this.#routes.set(tenantId, (routes = new TenantRoutes()));
    return routes;
  }
}
