import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  type Hold,
  type Incident,
  localIso,
  MAINTENANCE_LIMITS,
  type MaintenanceChanges,
  maintenanceFault,
  type MaintenancePreview,
  type MaintenancePreviewQuery,
  type MaintenanceSettings,
  type MaintenanceView,
  type MaintenanceWindow,
  matcherOf,
  type Occurrence,
  occurrences,
  overAt,
  PREVIEWED,
  type PreviewedOccurrence,
} from '@tocsin/shared';
import { changed } from '../../audit/audited-request.js';
import { Turns } from '../../database/turns.js';
import { HUB_EVENTS, type QuietChanged } from '../../events/hub-events.js';
import { ApiException } from '../../http/api-exception.js';
import { invalid } from '../../http/invalid.js';
import { Holders } from '../incidents/holders.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { MatchingSet } from '../matching/matching-set.js';
import { MatchingService } from '../matching/matching.service.js';
import { MaintenanceStore } from './maintenance-store.js';
import { ScheduleWatch } from './schedule-watch.js';

interface Watched {
  window: MaintenanceWindow;
  fits: ReturnType<typeof matcherOf>;
  watch: ScheduleWatch;
}

/** The maintenance windows of each tenant, in memory for the incidents and in MongoDB for good. */
@Injectable()
export class MaintenanceService implements OnModuleInit {
  readonly #logger = new Logger(MaintenanceService.name);
  readonly #windows = new Map<string, MatchingSet<Watched>>();
  /** One change after the other: each is made to what the one before left. */
  readonly #turns = new Turns();

  constructor(
    private readonly store: MaintenanceStore,
    private readonly matching: MatchingService,
    private readonly incidents: IncidentsService,
    private readonly events: EventEmitter2,
    holders: Holders,
  ) {
    holders.join((tenantId, incident, now) => this.#hold(tenantId, incident, now));
  }

  async onModuleInit(): Promise<void> {
    for (const { tenantId, windows } of await this.store.loadAll()) {
      this.#windows.set(tenantId, new MatchingSet(windows.map(watched)));
    }
  }

  /** What is on first, then what begins next; what is over for good last. */
  list(tenantId: string, now: number): MaintenanceView[] {
    const rank = ({ current, next }: MaintenanceView) =>
      current?.end ?? (next ? 1e15 + next.start : Infinity);
    return this.#of(tenantId)
      .map((one) => viewOf(one, now))
      .sort((a, b) => (rank(a) === rank(b) ? b.createdAt - a.createdAt : rank(a) - rank(b)));
  }

  /** @throws ApiException `invalid` with the field, `conflict` when there are too many */
  create(
    tenantId: string,
    settings: MaintenanceSettings,
    author: string,
    now: number,
  ): Promise<MaintenanceView> {
    return this.#turns.take(tenantId, async () => {
      await this.#check(tenantId, settings, now);
      if (this.#of(tenantId).length >= MAINTENANCE_LIMITS.windows) {
        const message = `There are ${MAINTENANCE_LIMITS.windows} windows already. Delete one first.`;
        throw new ApiException(409, 'conflict', message);
      }
      const window = { ...settings, name: settings.name.trim(), author, createdAt: now };
      const made = watched(await this.store.insert(tenantId, window));
      this.#change(tenantId, [...this.#of(tenantId), made], now);
      return viewOf(made, now);
    });
  }

  /** @throws ApiException `not_found`, or `invalid` with the field */
  update(tenantId: string, id: string, changes: MaintenanceChanges, now: number): Promise<MaintenanceView> {
    return this.#turns.take(tenantId, async () => {
      const { window } = this.#one(tenantId, id);
      const { name, matchers, schedule, skippedUntil } = { ...window, ...changes };
      // A window that is over may be renamed, and one whose host is gone may get another time.
      if (changes.schedule ?? changes.matchers) {
        await this.#check(tenantId, { matchers, schedule }, now, changes.matchers !== undefined);
      }
      // Another schedule begins anew.
      const same = isDeepStrictEqual(schedule, window.schedule);
      const kept = same && skippedUntil !== undefined ? { skippedUntil } : {};
      return this.#replace(tenantId, id, { name: name.trim(), matchers, schedule, ...kept }, now);
    });
  }

  /**
   * Ends the occurrence that is on; the next one comes as planned.
   * @throws ApiException `not_found`, or `conflict` when none is on
   */
  end(tenantId: string, id: string, now: number): Promise<MaintenanceView> {
    return this.#turns.take(tenantId, async () => {
      const { window, watch } = this.#one(tenantId, id);
      if (watch.at(now).current === undefined) {
        throw new ApiException(409, 'conflict', 'This window is not on.');
      }
      // One that touches the next is shown as one with it, but ends by itself.
      const [occurrence] = occurrences(window.schedule, now);
      return this.#replace(tenantId, id, { ...window, skippedUntil: occurrence!.end }, now);
    });
  }

  /** @throws ApiException `not_found` */
  remove(tenantId: string, id: string, now: number): Promise<void> {
    return this.#turns.take(tenantId, async () => {
      const { name, matchers, schedule } = this.#one(tenantId, id).window;
      await this.#delete(tenantId, id, now);
      changed({ name, before: { name, matchers, schedule } });
    });
  }

  /** What it would hide now, and when it would be on. @throws ApiException `invalid` with the field */
  async preview(tenantId: string, query: MaintenancePreviewQuery, now: number): Promise<MaintenancePreview> {
    await this.#check(tenantId, query, now);
    const { matchers, schedule } = query;
    const coming: PreviewedOccurrence[] = [];
    for (const occurrence of occurrences(schedule, now)) {
      coming.push(withLocalTimes(occurrence, schedule.timeZone));
      if (coming.length === PREVIEWED.occurrences) break;
    }
    return { ...this.matching.preview(tenantId, matchers), occurrences: coming };
  }

  /** Deletes windows that were over for good long ago. */
  async prune(now: number): Promise<void> {
    for (const [tenantId, { all }] of this.#windows) {
      for (const { window } of all) {
        if ((overAt(window.schedule) ?? Infinity) > now - MAINTENANCE_LIMITS.keptMs) continue;
        await this.#turns
          .take(tenantId, () => this.#delete(tenantId, window.id, now))
          .catch((error: Error) => this.#logger.warn(`A window could not be deleted: ${error.message}`));
      }
    }
  }

  /** Of those that hold it, the one that does so longest. */
  #hold(tenantId: string, incident: Incident, now: number): Hold | undefined {
    const set = this.#windows.get(tenantId);
    if (set === undefined || set.all.length === 0) return undefined;
    let hold: Hold | undefined;
    for (const { window, watch } of set.fitting(incident, this.matching.tagsOf(incident.hostId))) {
      const end = watch.at(now).current?.end;
      if (end === undefined || end <= (hold?.until ?? 0)) continue;
      hold = { by: 'maintenance', id: window.id, name: window.name, until: end };
    }
    return hold;
  }

  async #check(
    tenantId: string,
    settings: Omit<MaintenanceSettings, 'name'>,
    now: number,
    matchers = true,
  ): Promise<void> {
    const fault = maintenanceFault(settings, now);
    if (fault !== undefined) throw invalid(fault);
    if (matchers) await this.matching.check(tenantId, settings.matchers);
  }

  async #delete(tenantId: string, id: string, now: number): Promise<void> {
    await this.store.delete(tenantId, id);
    const left = this.#of(tenantId).filter(({ window }) => window.id !== id);
    this.#change(tenantId, left, now);
  }

  async #replace(
    tenantId: string,
    id: string,
    settings: MaintenanceSettings & { skippedUntil?: number },
    now: number,
  ): Promise<MaintenanceView> {
    const before = this.#one(tenantId, id).window;
    const stored = await this.store.replace(tenantId, id, settings);
    if (stored === undefined) throw notFound();
    changed({ name: stored.name, before, after: stored });
    const replaced = watched(stored);
    const all = this.#of(tenantId).map((one) => (one.window.id === id ? replaced : one));
    this.#change(tenantId, all, now);
    return viewOf(replaced, now);
  }

  #one(tenantId: string, id: string): Watched {
    const one = this.#of(tenantId).find(({ window }) => window.id === id);
    if (one === undefined) throw notFound();
    return one;
  }

  #of(tenantId: string): readonly Watched[] {
    return this.#windows.get(tenantId)?.all ?? [];
  }

  #change(tenantId: string, windows: readonly Watched[], now: number): void {
    this.#windows.set(tenantId, new MatchingSet(windows));
    this.incidents.review(now, tenantId);
    this.events.emit(HUB_EVENTS.quietChanged, { tenantId } satisfies QuietChanged);
  }
}

const watched = (window: MaintenanceWindow): Watched => ({
  window,
  fits: matcherOf(window.matchers),
  watch: new ScheduleWatch(window.schedule, window.skippedUntil),
});

const viewOf = ({ window, watch }: Watched, now: number): MaintenanceView => ({
  ...window,
  ...watch.at(now),
});

const withLocalTimes = (occurrence: Occurrence, timeZone: string | undefined): PreviewedOccurrence =>
  timeZone === undefined
    ? occurrence
    : {
        ...occurrence,
        localStart: localIso(occurrence.start, timeZone),
        localEnd: localIso(occurrence.end, timeZone),
      };

const notFound = () => new ApiException(404, 'not_found', 'There is no such maintenance window.');
