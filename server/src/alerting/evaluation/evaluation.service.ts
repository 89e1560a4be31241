import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import {
  type Actor,
  covers,
  type Firing,
  HOST_LOST,
  type Incident,
  NO_HOST,
  type Presence,
  type Reading,
  reportInterval,
  ruleFor,
  type Sample,
} from '@tocsin/shared';
import {
  HUB_EVENTS,
  type HostEvent,
  type PresenceChanged,
  type RulesChanged,
} from '../../events/hub-events.js';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import { START_GRACE_MS } from '../../presence/presence.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { RulesService } from '../rules/rules.service.js';
import { AlertStateStore, type HostAlertState } from './alert-state-store.js';
import { HostAlerts, type Move } from './host-alerts.js';
import type { SavedHost } from './remembered.js';
import { PresenceAlerts } from './presence-alerts.js';

/** Frames may be this many intervals apart, and this many ms, before a condition counts as interrupted. */
const PATIENCE_INTERVALS = 3;
const PATIENCE_AT_LEAST_MS = 3_000;
/** The same for `host.lost`, which is looked at every second: a hub that stood still blames no host. */
const PRESENCE_PATIENCE_MS = 5_000;

/** Windows change with every frame and lose little when some of it is missing: they are saved this often, in ms. */
const SAVE_WINDOWS_MS = 60_000;
/** What was so longer ago than this, in ms, says nothing about now. */
const REMEMBERED_MS = 3_600_000;

const isLost = (metric: string): boolean => metric === HOST_LOST.id;
const isReported = (metric: string): boolean => !isLost(metric);

/** Holds what hosts report, and whether they do, against the rules; opens and resolves incidents. */
@Injectable()
export class EvaluationService implements OnApplicationBootstrap {
  readonly #frames = new Map<string, HostAlerts>();
  readonly #presence = new Map<string, PresenceAlerts>();
  /** What an earlier start of the hub remembered, until the host reports. */
  readonly #saved = new Map<string, SavedHost>();
  /** When what there is to remember of each host was looked at last, and whether there was anything. */
  readonly #looked = new Map<string, { at: number; anything: boolean }>();
  #graceEndsAt = Infinity;

  constructor(
    private readonly rules: RulesService,
    private readonly incidents: IncidentsService,
    private readonly hosts: HostsService,
    private readonly states: AlertStateStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const now = Date.now();
    this.#graceEndsAt = now + START_GRACE_MS;
    for (const tenantId of new Set(Array.from(this.hosts.all(), (host) => host.tenantId))) {
      for (const { hostId, ...saved } of await this.states.load(tenantId, now - REMEMBERED_MS)) {
        this.#saved.set(hostId, saved);
      }
    }
    for (const tenantId of this.incidents.tenants()) {
      await this.rules.ready(tenantId);
      this.rulesChanged({ tenantId });
    }
  }

  /** A live frame; everything is decided before the call returns. `now` is the hub's clock, UTC ms. */
  frame(host: HostRecord, sample: Sample, now: number): void {
    const interval = reportInterval(host) ?? 0;
    const patienceMs = Math.max(PATIENCE_AT_LEAST_MS, PATIENCE_INTERVALS * interval);
    this.#step(host, this.#framesOf(host), sample, { now, patienceMs });
  }

  /** What is to be saved: hosts of which something is pending or was, and now and then those with windows. */
  takeUnsaved(now: number, isLast = false): HostAlertState[] {
    const states: HostAlertState[] = [];
    for (const [hostId, alerts] of this.#frames) {
      const before = this.#looked.get(hostId) ?? { at: 0, anything: false };
      const { moved } = alerts;
      if (!moved && !isLast && Math.abs(now - before.at) < SAVE_WINDOWS_MS) continue;
      const host = this.hosts.get(hostId);
      if (host === undefined) continue;
      const checks = alerts.remembered();
      this.#looked.set(hostId, { at: now, anything: checks.length > 0 });
      if (moved || before.anything || checks.length > 0) {
        states.push({ tenantId: host.tenantId, hostId, at: now, checks });
      }
    }
    return states;
  }

  /** They are to be saved again. */
  notSaved(states: readonly HostAlertState[]): void {
    for (const { hostId } of states) this.#frames.get(hostId)?.forgetSaved();
  }

  /** Lets time pass for hosts that send nothing. Called every second. */
  tick(now: number): void {
    if (now >= this.#graceEndsAt) {
      this.#graceEndsAt = Infinity;
      for (const host of this.hosts.all()) {
        if (!this.#presence.has(host.id)) this.#presenceOf(host).changed(host.presence);
      }
    }
    for (const [hostId, presence] of this.#presence) {
      const host = this.hosts.get(hostId);
      if (host !== undefined) this.#stepPresence(host, presence, now);
    }
  }

  @OnEvent(HUB_EVENTS.presenceChanged)
  presenceChanged({ hostId, presence }: PresenceChanged): void {
    const host = this.hosts.get(hostId);
    if (host !== undefined) this.presence(host, presence, Date.now());
  }

  presence(host: HostRecord, presence: Presence, now: number): void {
    const alerts = this.#presenceOf(host);
    alerts.changed(presence);
    this.#stepPresence(host, alerts, now);
  }

  /** Ends the incidents that no rule asks for any more; new levels apply from the next frame on. */
  @OnEvent(HUB_EVENTS.rulesChanged)
  rulesChanged({ tenantId }: RulesChanged): void {
    for (const incident of this.incidents.openOf(tenantId)) this.#endUnlessAsked(tenantId, incident);
  }

  /** Its tags may be others, and rules by tags are about other hosts then. */
  @OnEvent(HUB_EVENTS.hostChanged)
  hostChanged({ tenantId, hostId }: HostEvent): void {
    for (const incident of this.incidents.openOf(tenantId)) {
      if (incident.hostId === hostId) this.#endUnlessAsked(tenantId, incident);
    }
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  hostRemoved({ tenantId, hostId }: HostEvent): void {
    this.#frames.delete(hostId);
    this.#presence.delete(hostId);
    this.#saved.delete(hostId);
    this.#looked.delete(hostId);
    void this.states.save([{ tenantId, hostId, at: Date.now(), checks: [] }]).catch(() => {
      // It says nothing about any other host, and is too old an hour later.
    });
    for (const incident of this.incidents.openOf(tenantId)) {
      if (incident.hostId === hostId) {
        this.incidents.resolve(tenantId, incident.id, 'host_removed', Date.now());
      }
    }
  }

  /** Somebody says that it is over. What still holds has to hold for the rule's time again. */
  resolveByHand(
    tenantId: string,
    { id, hostId }: Incident,
    said: { resolvedBy: Actor; resolvedNote?: string },
    now: number,
  ): void {
    this.#frames.get(hostId)?.forget(id);
    this.#presence.get(hostId)?.alerts.forget(id);
    this.incidents.resolve(tenantId, id, 'by_hand', now, said);
  }

  #endUnlessAsked(tenantId: string, incident: Incident): void {
    const { id, hostId, ruleId } = incident;
    if (hostId === NO_HOST) return;
    const host = this.hosts.get(hostId);
    const rule = this.rules.of(tenantId).find((one) => one.id === ruleId);
    if (
      host !== undefined &&
      rule !== undefined &&
      ruleFor(rule, hostId).enabled &&
      covers(rule, host, incident)
    )
      return;
    this.#frames.get(hostId)?.forget(id);
    this.#presence.get(hostId)?.alerts.forget(id);
    this.incidents.resolve(tenantId, id, host === undefined ? 'host_removed' : 'rule_changed', Date.now());
  }

  #stepPresence(host: HostRecord, { alerts, sample }: PresenceAlerts, now: number): void {
    if (sample !== undefined) this.#step(host, alerts, sample, { now, patienceMs: PRESENCE_PATIENCE_MS });
  }

  #step(host: HostRecord, alerts: HostAlerts, sample: Sample, at: Omit<Reading, 'value'>): void {
    for (const move of alerts.step(this.rules.of(host.tenantId), sample, at)) this.#tell(host, move, at.now);
  }

  #tell(host: HostRecord, { check, after, value }: Move, now: number): void {
    const { tenantId } = host;
    if (after.phase !== 'firing') {
      const resolution = value === undefined ? 'gone' : 'cleared';
      if (check.incidentId) {
        this.incidents.resolve(tenantId, check.incidentId, resolution, now, { lastValue: value });
      }
      check.incidentId = undefined;
    } else if (check.incidentId === undefined) {
      check.incidentId = this.#open(host, check, after);
    } else {
      this.incidents.progress(tenantId, check.incidentId, after, now);
    }
  }

  /** @returns the incident's id; undefined when the host has too many, and then it is tried again with the next frame */
  #open(host: HostRecord, { rule, metric, instance }: Move['check'], firing: Firing): string | undefined {
    const { id: ruleId, name: ruleName, severity, condition, comparison, firesAt } = rule;
    const about = {
      ruleId,
      ruleName,
      hostId: host.id,
      hostName: host.name,
      metric,
      ...(instance !== undefined && { instance }),
      severity,
      ...(condition !== undefined && { condition }),
      comparison,
      firesAt,
    };
    return this.incidents.open(host.tenantId, about, firing)?.id;
  }

  #framesOf(host: HostRecord): HostAlerts {
    let alerts = this.#frames.get(host.id);
    if (alerts === undefined) {
      const saved = this.#saved.get(host.id);
      this.#saved.delete(host.id);
      // A host that comes back long after the hub did was silent itself.
      const isRecent = saved !== undefined && Date.now() - saved.at <= REMEMBERED_MS;
      const open = this.#openOf(host, isReported);
      alerts = new HostAlerts(host, open, isReported, isRecent ? saved : undefined);
      this.#frames.set(host.id, alerts);
    }
    return alerts;
  }

  #presenceOf(host: HostRecord): PresenceAlerts {
    let presence = this.#presence.get(host.id);
    if (presence === undefined) {
      const open = this.#openOf(host, isLost);
      presence = new PresenceAlerts(new HostAlerts(host, open, isLost));
      this.#presence.set(host.id, presence);
    }
    return presence;
  }

  #openOf(host: HostRecord, about: (metric: string) => boolean) {
    return this.incidents
      .openOf(host.tenantId)
      .filter(({ hostId, metric }) => hostId === host.id && about(metric));
  }
}
