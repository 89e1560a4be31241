import { Injectable } from '@nestjs/common';
import {
  type AppliedRules,
  type ApplyRules,
  type FiledRule,
  keysOf,
  type RuleSettings,
  type RulesFile,
} from '@tocsin/shared';
import { ApiException } from '../../http/api-exception.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { RulesService } from './rules.service.js';

/** Rules as they stand in a file: hosts and policies by name instead of by id. */
@Injectable()
export class FiledRules {
  constructor(
    private readonly rules: RulesService,
    private readonly hosts: HostsService,
    private readonly policies: PoliciesService,
  ) {}

  async export(tenantId: string): Promise<RulesFile> {
    const rules = await this.rules.list(tenantId);
    const policies = await this.policies.list(tenantId);
    const keys = keysOf(rules);
    // A host that was removed is named by its id: without it the rule would be about all hosts.
    const hostName = (id: string) => this.hosts.get(id)?.name ?? id;
    return {
      rules: rules.map(({ id, key: _key, hostIds, policyId, overrides, ...settings }) => {
        const hosts = hostIds?.map(hostName);
        const policy = policies.find((one) => one.id === policyId)?.name;
        const own = overrides?.map(({ hostId, ...rest }) => ({ host: hostName(hostId), ...rest }));
        return {
          key: keys.get(id)!,
          ...settings,
          ...(hosts && { hosts }),
          ...(policy !== undefined && { policy }),
          ...(own && { overrides: own }),
        };
      }),
    };
  }

  /** @throws ApiException `invalid` with the field, and the rule's key in the message */
  async apply(tenantId: string, { rules, prune, dryRun }: ApplyRules): Promise<AppliedRules> {
    const gone = await this.#gone(tenantId);
    const names = new Map([
      ...[...gone].map((id) => [id, id] as const),
      ...this.hosts.list(tenantId).map(({ id, name }) => [name, id] as const),
    ]);
    const policies = await this.policies.list(tenantId);
    const seen = new Set<string>();
    const wanted = rules.map((filed, i) => {
      const at = `/rules/${i}`;
      if (seen.has(filed.key)) throw wrong(filed, `${at}/key`, 'is there twice');
      seen.add(filed.key);
      const settings = settingsOf(filed, at, names, policies);
      this.rules.check(tenantId, without(gone, settings), at);
      return { key: filed.key, settings };
    });
    return this.rules.apply(tenantId, wanted, { prune, dryRun });
  }

  /** Hosts that rules still name though they were removed. */
  async #gone(tenantId: string): Promise<Set<string>> {
    const rules = await this.rules.list(tenantId);
    const named = rules.flatMap(({ hostIds = [], overrides = [] }) => [
      ...hostIds,
      ...overrides.map(({ hostId }) => hostId),
    ]);
    return new Set(named.filter((id) => this.hosts.get(id) === undefined));
  }
}

/** The rule as it can be checked: what it says of hosts that are gone is neither right nor wrong. */
function without(gone: ReadonlySet<string>, { hostIds, overrides, ...settings }: RuleSettings): RuleSettings {
  const hosts = hostIds?.filter((id) => !gone.has(id)) ?? [];
  const own = overrides?.filter(({ hostId }) => !gone.has(hostId)) ?? [];
  return {
    ...settings,
    ...(hosts.length > 0 && { hostIds: hosts }),
    ...(own.length > 0 && { overrides: own }),
  };
}

function settingsOf(
  filed: FiledRule,
  at: string,
  hosts: ReadonlyMap<string, string>,
  policies: readonly { id: string; name: string }[],
): RuleSettings {
  const { key: _key, hosts: named, policy, overrides, ...settings } = filed;
  const idOf = (name: string, field: string): string => {
    const id = hosts.get(name);
    if (id === undefined)
      throw wrong(filed, `${at}/${field}`, `names ${name}, which is not one of your hosts`);
    return id;
  };
  const [chosen, another] = policies.filter(({ name }) => name === policy);
  if (another !== undefined)
    throw wrong(filed, `${at}/policy`, `names ${policy}, which two policies are called`);
  if (policy !== undefined && chosen === undefined) {
    throw wrong(filed, `${at}/policy`, `names ${policy}, which is none of your policies`);
  }
  return {
    ...settings,
    ...(named && { hostIds: named.map((name, i) => idOf(name, `hosts/${i}`)) }),
    ...(chosen && { policyId: chosen.id }),
    ...(overrides && {
      overrides: overrides.map(({ host, ...own }, i) => ({
        hostId: idOf(host, `overrides/${i}/host`),
        ...own,
      })),
    }),
  };
}

const wrong = ({ key }: FiledRule, field: string, message: string) =>
  new ApiException(400, 'invalid', `Rule ${key}: ${field.split('/')[3]} ${message}.`, field);
