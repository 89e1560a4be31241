import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  endedTimes,
  type Hold,
  type Incident,
  matcherOf,
  type Silence,
  SILENCE_LIMITS,
  type SilenceChanges,
  silenceFault,
  type SilencePage,
  type SilenceSettings,
  type SilencesQuery,
  silenceState,
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
import { SilenceStore } from './silence-store.js';

const PAGE = 50;

interface Live {
  silence: Silence;
  fits: ReturnType<typeof matcherOf>;
}

/** The silences of each tenant: those that are not over in memory, since every open incident is held against them. */
@Injectable()
export class SilencesService implements OnModuleInit {
  readonly #logger = new Logger(SilencesService.name);
  readonly #live = new Map<string, MatchingSet<Live>>();
  /** One change after the other: each is made to what the one before left. */
  readonly #turns = new Turns();

  constructor(
    private readonly store: SilenceStore,
    private readonly matching: MatchingService,
    private readonly incidents: IncidentsService,
    private readonly events: EventEmitter2,
    holders: Holders,
  ) {
    holders.join((tenantId, incident, now) => this.#hold(tenantId, incident, now));
  }

  async onModuleInit(): Promise<void> {
    for (const { tenantId, silences } of await this.store.loadLive(Date.now())) {
      this.#live.set(tenantId, new MatchingSet(silences.map(live)));
    }
  }

  async list(tenantId: string, query: SilencesQuery, now: number): Promise<SilencePage> {
    const { state, after, limit = PAGE } = query;
    const wanted = (one: Silence) => state === undefined || silenceState(one, now) === state;
    const silences = after === undefined ? this.#inOrder(tenantId, now).filter(wanted) : [];
    if (state !== undefined && state !== 'expired') return { silences };
    const from = after === undefined ? undefined : await this.#stored(tenantId, after);
    const expired = await this.store.expired(tenantId, now, limit + 1, from);
    const page = expired.slice(0, limit);
    silences.push(...page);
    return expired.length > limit ? { silences, next: page.at(-1)!.id } : { silences };
  }

  /** @throws ApiException `invalid` with the field, `conflict` when there are too many */
  create(tenantId: string, settings: SilenceSettings, author: string, now: number): Promise<Silence> {
    return this.#turns.take(tenantId, async () => {
      const { startsAt = now, comment = '', ...rest } = settings;
      const silence = { ...rest, startsAt, comment: comment.trim(), author, createdAt: now };
      await this.#check(tenantId, silence, now);
      if (this.#inOrder(tenantId, now).length >= SILENCE_LIMITS.live) {
        const message = `There are ${SILENCE_LIMITS.live} silences already. End one first.`;
        throw new ApiException(409, 'conflict', message);
      }
      return this.#keep(tenantId, await this.store.insert(tenantId, silence), now);
    });
  }

  /** @throws ApiException `not_found`, `conflict` when it is over, or `invalid` with the field */
  update(tenantId: string, id: string, changes: SilenceChanges, now: number): Promise<Silence> {
    return this.#turns.take(tenantId, async () => {
      const before = await this.#stored(tenantId, id);
      if (silenceState(before, now) === 'expired') {
        throw new ApiException(409, 'conflict', 'This silence is over. Make a new one like it.');
      }
      const { comment = before.comment, ...rest } = changes;
      const silence = { ...before, ...rest, comment: comment.trim() };
      // What it named before may be gone by now; that is no reason not to make it longer.
      await this.#check(tenantId, silence, now, changes.matchers !== undefined);
      return this.#replace(tenantId, before, silence, now);
    });
  }

  /**
   * Ends it now; one that is over stays as it is.
   * @throws ApiException `not_found`
   */
  end(tenantId: string, id: string, now: number): Promise<Silence> {
    return this.#turns.take(tenantId, async () => {
      const before = await this.#stored(tenantId, id);
      if (silenceState(before, now) === 'expired') return before;
      return this.#replace(tenantId, before, { ...before, ...endedTimes(before, now) }, now);
    });
  }

  /** Lets go of what is over, and deletes what was over long ago. */
  async prune(now: number): Promise<void> {
    for (const [tenantId, { all }] of this.#live) {
      const left = all.filter(({ silence }) => silenceState(silence, now) !== 'expired');
      if (left.length < all.length) this.#live.set(tenantId, new MatchingSet(left));
    }
    await this.store.prune(now - SILENCE_LIMITS.keptMs).catch((error: Error) => {
      this.#logger.warn(`Old silences could not be deleted: ${error.message}`);
    });
  }

  /** Of those that hold it, the one that does so longest. */
  #hold(tenantId: string, incident: Incident, now: number): Hold | undefined {
    const set = this.#live.get(tenantId);
    if (set === undefined || set.all.length === 0) return undefined;
    let longest: Silence | undefined;
    for (const { silence } of set.fitting(incident, this.matching.tagsOf(incident.hostId))) {
      if (longest !== undefined && silence.endsAt <= longest.endsAt) continue;
      if (silenceState(silence, now) === 'active') longest = silence;
    }
    if (longest === undefined) return undefined;
    const { id, comment, endsAt } = longest;
    return { by: 'silence', id, ...(comment !== '' && { name: comment }), until: endsAt };
  }

  /** Active ones by their end, then scheduled ones by their begin. */
  #inOrder(tenantId: string, now: number): Silence[] {
    const all = this.#of(tenantId).map(({ silence }) => silence);
    const active = all.filter((one) => silenceState(one, now) === 'active');
    const scheduled = all.filter((one) => silenceState(one, now) === 'scheduled');
    return [
      ...active.sort((a, b) => a.endsAt - b.endsAt),
      ...scheduled.sort((a, b) => a.startsAt - b.startsAt),
    ];
  }

  #of(tenantId: string): readonly Live[] {
    return this.#live.get(tenantId)?.all ?? [];
  }

  async #check(tenantId: string, silence: Omit<Silence, 'id'>, now: number, matchers = true): Promise<void> {
    const fault = silenceFault(silence, now);
    if (fault !== undefined) throw invalid(fault);
    if (matchers) await this.matching.check(tenantId, silence.matchers);
  }

  async #stored(tenantId: string, id: string): Promise<Silence> {
    const known = this.#of(tenantId).find(({ silence }) => silence.id === id)?.silence;
    const silence = known ?? (await this.store.one(tenantId, id));
    if (silence === undefined) throw notFound();
    return silence;
  }

  async #replace(tenantId: string, before: Silence, silence: Silence, now: number): Promise<Silence> {
    const stored = await this.store.replace(tenantId, silence);
    if (stored === undefined) throw notFound();
    changed({ name: stored.comment, before, after: stored });
    return this.#keep(tenantId, stored, now);
  }

  #keep(tenantId: string, silence: Silence, now: number): Silence {
    const others = this.#of(tenantId).filter((one) => one.silence.id !== silence.id);
    const over = silenceState(silence, now) === 'expired';
    this.#live.set(tenantId, new MatchingSet(over ? others : [...others, live(silence)]));
    this.incidents.review(now, tenantId);
    this.events.emit(HUB_EVENTS.quietChanged, { tenantId } satisfies QuietChanged);
    return silence;
  }
}

const live = (silence: Silence): Live => ({ silence, fits: matcherOf(silence.matchers) });

const notFound = () => new ApiException(404, 'not_found', 'There is no such silence.');
