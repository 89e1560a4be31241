import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import {
  planOf,
  type Rule,
  ruleFault,
  ruleSettings,
  type RuleSettings,
  type RulesPlan,
  type WantedRule,
} from '@tocsin/shared';
import { changed } from '../../audit/audited-request.js';
import { Turns } from '../../database/turns.js';
import { HUB_EVENTS, type HostEvent, type RulesChanged } from '../../events/hub-events.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { ApiException } from '../../http/api-exception.js';
import { RuleStore } from './rule-store.js';

/** Every frame is held against all rules of its tenant, so their number is bounded. */
export const MAX_RULES = 200;

const NONE: readonly Rule[] = [];

/** The rules of each tenant, in memory for the frames and in MongoDB for good. */
@Injectable()
export class RulesService implements OnApplicationBootstrap {
  readonly #logger = new Logger(RulesService.name);
  readonly #rules = new Map<string, readonly Rule[]>();
  /** One change after the other: each is made to what the one before left. */
  readonly #turns = new Turns();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(
    private readonly store: RuleStore,
    private readonly hosts: HostsService,
    private readonly events: EventEmitter2,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const tenants = new Set(Array.from(this.hosts.all(), (host) => host.tenantId));
    await Promise.all(Array.from(tenants, (tenantId) => this.ready(tenantId)));
  }

  /** The tenant's rules right now: a new array whenever one of them changed. */
  of(tenantId: string): readonly Rule[] {
    return this.#rules.get(tenantId) ?? NONE;
  }

  /** Reads a tenant's rules into memory, and plants the default rules if it never had them. */
  ready(tenantId: string): Promise<void> {
    if (this.#rules.has(tenantId)) return Promise.resolve();
    let loading = this.#loading.get(tenantId);
    if (loading === undefined) {
      loading = this.#load(tenantId).finally(() => this.#loading.delete(tenantId));
      this.#loading.set(tenantId, loading);
    }
    return loading;
  }

  @OnEvent(HUB_EVENTS.hostCreated)
  async hostCreated({ tenantId }: HostEvent): Promise<void> {
    await this.ready(tenantId).catch((error: Error) => {
      this.#logger.error(`The rules of tenant ${tenantId} could not be read: ${error.message}`);
    });
  }

  async list(tenantId: string): Promise<readonly Rule[]> {
    await this.ready(tenantId);
    return this.of(tenantId);
  }

  /** @throws ApiException `invalid` with the field, `conflict` when there are too many */
  create(tenantId: string, settings: RuleSettings): Promise<Rule> {
    return this.#turns.take(tenantId, async () => {
      const rules = await this.list(tenantId);
      if (rules.length >= MAX_RULES) {
        throw new ApiException(409, 'conflict', `There are ${MAX_RULES} rules already. Delete one first.`);
      }
      this.check(tenantId, settings);
      const rule = await this.store.insert(tenantId, settings);
      this.#change(tenantId, (known) => [...known, rule]);
      return rule;
    });
  }

  /** @throws ApiException `not_found`, or `invalid` with the field */
  update(tenantId: string, ruleId: string, changes: Partial<RuleSettings>): Promise<Rule> {
    return this.#replace(tenantId, ruleId, (before) => ({ ...ruleSettings(before), ...changes }));
  }

  /** @throws ApiException `not_found`, or `invalid` with the field */
  replace(tenantId: string, ruleId: string, settings: RuleSettings): Promise<Rule> {
    return this.#replace(tenantId, ruleId, () => settings);
  }

  /** @throws ApiException `not_found` */
  remove(tenantId: string, ruleId: string): Promise<void> {
    return this.#turns.take(tenantId, async () => {
      const before = await this.#one(tenantId, ruleId);
      if (!(await this.store.delete(tenantId, ruleId))) throw notFound();
      changed({ name: before.name, before });
      this.#change(tenantId, (known) => known.filter((rule) => rule.id !== ruleId));
    });
  }

  /**
   * Makes the rules as a file says, all of them or none. What is as it was is not touched, and neither are its
   * incidents.
   * @param wanted checked one by one before
   * @throws ApiException `conflict` when there would be too many
   */
  apply(
    tenantId: string,
    wanted: readonly WantedRule[],
    { prune = false, dryRun = false },
  ): Promise<RulesPlan['applied']> {
    return this.#turns.take(tenantId, async () => {
      const rules = await this.list(tenantId);
      const plan = planOf(rules, wanted, prune);
      if (rules.length + plan.create.length - plan.remove.length > MAX_RULES) {
        throw new ApiException(409, 'conflict', `There would be more than ${MAX_RULES} rules.`);
      }
      const isNews = plan.create.length + plan.replace.length + plan.remove.length > 0;
      if (dryRun || !isNews) return plan.applied;
      await this.store.apply(tenantId, plan);
      changed({ after: plan.applied });
      const after = await this.store.load(tenantId);
      this.#change(tenantId, () => after);
      return plan.applied;
    });
  }

  /**
   * @param place where the rule stands in what was sent
   * @throws ApiException `invalid` with the field
   */
  check(tenantId: string, settings: RuleSettings, place = ''): void {
    const foreign = foreignHost(settings, (id) => this.hosts.get(id)?.tenantId === tenantId);
    const fault =
      foreign === undefined ? ruleFault(settings) : { field: foreign, message: 'is not one of your hosts' };
    if (fault !== undefined) {
      throw new ApiException(
        400,
        'invalid',
        `${fault.field.split('/')[1]} ${fault.message}.`,
        place + fault.field,
      );
    }
  }

  #replace(tenantId: string, ruleId: string, change: (before: Rule) => RuleSettings): Promise<Rule> {
    return this.#turns.take(tenantId, async () => {
      const before = await this.#one(tenantId, ruleId);
      const settings = change(before);
      this.check(tenantId, settings);
      const rule = await this.store.replace(tenantId, ruleId, settings);
      if (rule === undefined) throw notFound();
      changed({ name: rule.name, before, after: rule });
      this.#change(tenantId, (known) => known.map((r) => (r.id === ruleId ? rule : r)));
      return rule;
    });
  }

  async #load(tenantId: string): Promise<void> {
    await this.store.plantDefaults(tenantId);
    const rules = await this.store.load(tenantId);
    this.#change(tenantId, () => rules);
  }

  async #one(tenantId: string, ruleId: string): Promise<Rule> {
    const rule = (await this.list(tenantId)).find((r) => r.id === ruleId);
    if (rule === undefined) throw notFound();
    return rule;
  }

  #change(tenantId: string, change: (known: readonly Rule[]) => readonly Rule[]): void {
    this.#rules.set(tenantId, change(this.of(tenantId)));
    const changed: RulesChanged = { tenantId };
    this.events.emit(HUB_EVENTS.rulesChanged, changed);
  }
}

/** The first field that names a host which is not one's own. */
function foreignHost({ hostIds = [], overrides = [] }: RuleSettings, isOwn: (id: string) => boolean) {
  const named = hostIds.findIndex((id) => !isOwn(id));
  if (named >= 0) return `/hostIds/${named}`;
  const different = overrides.findIndex(({ hostId }) => !isOwn(hostId));
  return different < 0 ? undefined : `/overrides/${different}/hostId`;
}

const notFound = () => new ApiException(404, 'not_found', 'There is no such rule.');
