import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type Policy, policyFault, type PolicySettings, type Recipient } from '@tocsin/shared';
import { changed } from '../../audit/audited-request.js';
import { Turns } from '../../database/turns.js';
import { HUB_EVENTS, type PoliciesChanged } from '../../events/hub-events.js';
import { ApiException } from '../../http/api-exception.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { UsersService } from '../../users/users.service.js';
import { PolicyStore } from './policy-store.js';

/** Each incident is held against all of them. */
export const MAX_POLICIES = 50;

const NONE: readonly Policy[] = [];

/** Whom each tenant wants to be told, in memory for the incidents and in MongoDB for good. */
@Injectable()
export class PoliciesService implements OnApplicationBootstrap {
  readonly #policies = new Map<string, readonly Policy[]>();
  readonly #turns = new Turns();

  constructor(
    private readonly store: PolicyStore,
    private readonly tenants: TenantsService,
    private readonly users: UsersService,
    private readonly events: EventEmitter2,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { id } of await this.tenants.all()) await this.list(id);
  }

  /** The tenant's policies in their order; none as long as they were not read. */
  of(tenantId: string): readonly Policy[] {
    return this.#policies.get(tenantId) ?? NONE;
  }

  async list(tenantId: string): Promise<readonly Policy[]> {
    const known = this.#policies.get(tenantId);
    if (known !== undefined) return known;
    return this.#turns.take(tenantId, () => this.#known(tenantId));
  }

  /** @throws ApiException `invalid` with the field, `conflict` when there are too many */
  create(tenantId: string, settings: PolicySettings): Promise<Policy> {
    return this.#turns.take(tenantId, async () => {
      const known = await this.#known(tenantId);
      if (known.length >= MAX_POLICIES) {
        throw new ApiException(
          409,
          'conflict',
          `There are ${MAX_POLICIES} policies already. Delete one first.`,
        );
      }
      await this.#check(tenantId, settings);
      const policy = await this.store.insertFirst(tenantId, settings);
      this.#set(tenantId, [policy, ...known]);
      return policy;
    });
  }

  /** @throws ApiException `not_found`, or `invalid` with the field */
  replace(tenantId: string, id: string, settings: PolicySettings): Promise<Policy> {
    return this.#turns.take(tenantId, async () => {
      const known = await this.#known(tenantId);
      const before = known.find((one) => one.id === id);
      if (before === undefined) throw notFound();
      await this.#check(tenantId, settings);
      const policy = await this.store.replace(tenantId, id, settings);
      if (policy === undefined) throw notFound();
      changed({ name: policy.name, before, after: policy });
      this.#set(
        tenantId,
        known.map((one) => (one.id === id ? policy : one)),
      );
      return policy;
    });
  }

  /**
   * @param ids of all policies, in their new order
   * @throws ApiException `invalid` when it is not each of them once
   */
  order(tenantId: string, ids: readonly string[]): Promise<readonly Policy[]> {
    return this.#turns.take(tenantId, async () => {
      const known = new Map((await this.#known(tenantId)).map((policy) => [policy.id, policy]));
      if (
        ids.length !== known.size ||
        new Set(ids).size !== known.size ||
        !ids.every((id) => known.has(id))
      ) {
        throw new ApiException(400, 'invalid', 'ids must name each of your policies once.', '/ids');
      }
      await this.store.order(tenantId, ids);
      changed({ before: { ids: [...known.keys()] }, after: { ids } });
      return this.#set(
        tenantId,
        ids.map((id) => known.get(id)!),
      );
    });
  }

  /** @throws ApiException `not_found`, `conflict` for the last one */
  remove(tenantId: string, id: string): Promise<void> {
    return this.#turns.take(tenantId, async () => {
      const known = await this.#known(tenantId);
      const before = known.find((one) => one.id === id);
      if (before === undefined) throw notFound();
      if (known.length === 1) {
        throw new ApiException(
          409,
          'conflict',
          'This is the only policy. Turn it off if nobody is to be told.',
        );
      }
      await this.store.delete(tenantId, id);
      changed({ name: before.name, before });
      this.#set(
        tenantId,
        known.filter((one) => one.id !== id),
      );
    });
  }

  async #known(tenantId: string): Promise<readonly Policy[]> {
    return this.#policies.get(tenantId) ?? this.#set(tenantId, await this.store.load(tenantId));
  }

  #set(tenantId: string, policies: readonly Policy[]): readonly Policy[] {
    this.#policies.set(tenantId, policies);
    const changed: PoliciesChanged = { tenantId };
    this.events.emit(HUB_EVENTS.policiesChanged, changed);
    return policies;
  }

  async #check(tenantId: string, settings: PolicySettings): Promise<void> {
    const fault = policyFault(settings);
    if (fault !== undefined) throw new ApiException(400, 'invalid', fault.message, fault.field);
    const people = new Set((await this.users.ofTenant(tenantId)).map(({ id }) => id));
    const stranger = places(settings).find(({ who }) => who.kind === 'user' && !people.has(who.id));
    if (stranger !== undefined) {
      throw new ApiException(
        400,
        'invalid',
        'This person is not one of your members.',
        `${stranger.field}/id`,
      );
    }
  }
}

/** Everybody that a policy names, and where. */
function places({ steps, fallback }: PolicySettings): { who: Recipient; field: string }[] {
  const named = steps.flatMap(({ to }, step) =>
    to.map((who, i) => ({ who, field: `/steps/${step}/to/${i}` })),
  );
  return fallback === undefined ? named : [...named, { who: fallback, field: '/fallback' }];
}

const notFound = () => new ApiException(404, 'not_found', 'There is no such policy.');
