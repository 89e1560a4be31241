import { Injectable } from '@nestjs/common';
import { concerns, matcherOf, type Matchers, PREVIEWED, type QuietPreview } from '@tocsin/shared';
import { HostsService } from '../../hosts/hosts.service.js';
import { invalid } from '../../http/invalid.js';
import { UsersService } from '../../users/users.service.js';
import { ApiException } from '../../http/api-exception.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { RulesService } from '../rules/rules.service.js';

const NO_TAGS: readonly string[] = [];

/** What silences and maintenance windows have in common: they fit incidents, and somebody made them. */
@Injectable()
export class MatchingService {
  constructor(
    private readonly hosts: HostsService,
    private readonly rules: RulesService,
    private readonly incidents: IncidentsService,
    private readonly users: UsersService,
  ) {}

  /**
   * Matchers name the tenant's own hosts and rules only.
   * @throws ApiException `invalid` with the field
   */
  async check(tenantId: string, { hostIds = [], ruleIds = [] }: Matchers): Promise<void> {
    const host = hostIds.findIndex((id) => this.hosts.get(id)?.tenantId !== tenantId);
    if (host >= 0) throw invalid({ field: `/matchers/hostIds/${host}`, message: 'is not one of your hosts' });
    if (ruleIds.length === 0) return;
    const own = new Set((await this.rules.list(tenantId)).map(({ id }) => id));
    const rule = ruleIds.findIndex((id) => !own.has(id));
    if (rule >= 0) throw invalid({ field: `/matchers/ruleIds/${rule}`, message: 'is not one of your rules' });
  }

  /** The tags that a host has now. */
  tagsOf(hostId: string): readonly string[] {
    return this.hosts.get(hostId)?.tags ?? NO_TAGS;
  }

  /** What these matchers would hide right now. */
  preview(tenantId: string, matchers: Matchers): QuietPreview {
    const fits = matcherOf(matchers);
    const hosts = this.hosts.list(tenantId).filter((host) => concerns(matchers, host));
    const incidents = this.incidents
      .openOf(tenantId)
      .filter((incident) => fits(incident, this.tagsOf(incident.hostId)));
    return {
      hosts: hosts.slice(0, PREVIEWED.hosts).map(({ id, name }) => ({ id, name })),
      hostCount: hosts.length,
      incidents: incidents.slice(0, PREVIEWED.incidents),
      incidentCount: incidents.length,
    };
  }

  /** @throws ApiException `unauthorized` when the account is gone */
  async author(userId: string): Promise<string> {
    const user = await this.users.byId(userId);
    if (user === undefined) throw new ApiException(401, 'unauthorized', 'This account is gone.');
    return user.name;
  }
}
