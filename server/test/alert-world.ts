import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  HOST_LOST,
  type Incident,
  METRICS,
  type PresenceStatus,
  type Rule,
  type Sample,
} from '@tocsin/shared';
import { vi } from 'vitest';
import { EvaluationService } from '../src/alerting/evaluation/evaluation.service.js';
import type { IncidentStore } from '../src/alerting/incidents/incident-store.js';
import type { SamplesService } from '../src/samples/samples.service.js';
import type { AlertStateStore, HostAlertState } from '../src/alerting/evaluation/alert-state-store.js';
import { Holders } from '../src/alerting/incidents/holders.js';
import { IncidentsService } from '../src/alerting/incidents/incidents.service.js';
import type { RulesService } from '../src/alerting/rules/rules.service.js';
import { HUB_EVENTS, type IncidentChanged } from '../src/events/hub-events.js';
import type { HostRecord, HostsService } from '../src/hosts/hosts.service.js';

export const START = Date.UTC(2026, 10, 24);
export const SECOND = 1_000;
export const id = (digit: string) => digit.repeat(24);
const disk = METRICS.get('disk.usage')!;

export const rule = (over: Partial<Rule> = {}): Rule => ({
  id: id('1'),
  name: 'Disk',
  enabled: true,
  metric: disk.id,
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 5,
  keepFiringSeconds: 0,
  severity: 'critical',
  ...over,
});
export const lostRule = (over: Partial<Rule> = {}): Rule =>
  rule({
    id: id('2'),
    metric: HOST_LOST.id,
    comparison: '>=',
    firesAt: 1,
    clearsAt: undefined,
    forSeconds: 10,
    ...over,
  });

/** Samples of a host whose mounts are told by name; the same mounts share a layout. */
function sampler() {
  const layouts = new Map<string, Sample['layout']>();
  return (mounts: Record<string, number>): Sample => {
    const names = Object.keys(mounts).join();
    const layout = layouts.get(names) ?? {
      series: Object.keys(mounts).map((mount) => ({
        key: `disk.usage:${mount}`,
        metric: disk,
        instance: mount,
      })),
    };
    layouts.set(names, layout);
    return { layout, values: Object.values(mounts) };
  };
}

/** What is remembered of hosts, as the database keeps it. */
class States {
  readonly #kept = new Map<string, { at: number; text: string }>();

  async load(_tenantId: string, since: number): Promise<HostAlertState[]> {
    const kept = [...this.#kept.values()].filter(({ at }) => at >= since);
    return kept.map(({ text }) => JSON.parse(text) as HostAlertState);
  }

  async save(states: readonly HostAlertState[]): Promise<void> {
    for (const state of states) {
      if (state.checks.length === 0) this.#kept.delete(state.hostId);
      else this.#kept.set(state.hostId, { at: state.at, text: JSON.stringify(state) });
    }
  }
}

/** The alerts of one tenant without database and network, in a time of its own. */
export class World {
  readonly hosts = new Map<string, HostRecord>();
  readonly told: Incident[] = [];
  readonly disk = sampler();
  rules: Rule[];
  now = START;
  readonly holders = new Holders();
  incidents!: IncidentsService;
  evaluation!: EvaluationService;
  readonly #states = new States();
  readonly #stored = new Map<string, { tenantId: string; incident: Incident }>();

  constructor(rules: Rule[]) {
    this.rules = rules;
    this.host('online');
  }

  host(status: PresenceStatus, hostId = id('a')): HostRecord {
    const host = {
      id: hostId,
      tenantId: id('f'),
      name: 'web-1',
      tags: [],
      facts: { interval: SECOND },
      presence: { status, since: 0 },
    } as unknown as HostRecord;
    this.hosts.set(hostId, host);
    return host;
  }

  /** A hub that finds what an earlier one wrote. */
  async start(): Promise<void> {
    vi.setSystemTime(this.now);
    const events = new EventEmitter2();
    events.on(HUB_EVENTS.incidentChanged, ({ incident }: IncidentChanged) => this.told.push(incident));
    const samples = { alsoDurable() {} } as unknown as SamplesService;
    const store = {
      loadOpen: async () => [...this.#stored.values()].filter(({ incident }) => incident.status === 'open'),
      write: async (states: { tenantId: string; incident: Incident }[]) => {
        for (const state of states) this.#stored.set(state.incident.id, state);
      },
    };
    this.incidents = new IncidentsService(store as unknown as IncidentStore, this.holders, events, samples);
    await this.incidents.onModuleInit();
    const rules = { of: () => this.rules, ready: async () => {} };
    const hosts = { get: (hostId: string) => this.hosts.get(hostId), all: () => this.hosts.values() };
    this.evaluation = new EvaluationService(
      rules as unknown as RulesService,
      this.incidents,
      hosts as unknown as HostsService,
      this.#states as unknown as AlertStateStore,
    );
    await this.evaluation.onApplicationBootstrap();
  }

  /** What is done every few seconds. */
  save(): void {
    void this.#states.save(this.evaluation.takeUnsaved(this.now));
  }

  /** As kill -9 does: what was not written is forgotten. */
  async crash(): Promise<void> {
    this.told.length = 0;
    await this.start();
  }

  /** A frame a second. */
  frames(seconds: number, mounts: Record<string, number>): void {
    for (let i = 0; i < seconds; i += 1) {
      this.pass(SECOND);
      this.evaluation.frame(this.hosts.get(id('a'))!, this.disk(mounts), this.now);
    }
  }

  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += Math.min(SECOND, end - this.now);
      vi.setSystemTime(this.now);
      this.evaluation.tick(this.now);
      this.incidents.review(this.now);
    }
  }

  presence(status: PresenceStatus): void {
    const host = this.host(status);
    this.evaluation.presence(host, host.presence, this.now);
  }

  get story(): string[] {
    return this.told.map(({ status, instance, resolution }) =>
      [status, instance, resolution].filter(Boolean).join(' '),
    );
  }
}
