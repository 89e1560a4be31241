import { randomBytes } from 'node:crypto';
import type { Incident, Role } from '@tocsin/shared';
import { Types } from 'mongoose';
import { IncidentsService, type NewIncident } from '../src/alerting/incidents/incidents.service.js';
import { RulesService } from '../src/alerting/rules/rules.service.js';
import { AccessTokens } from '../src/auth/access-tokens.js';
import type { Config } from '../src/config/config.js';
import { HostsService } from '../src/hosts/hosts.service.js';
import { UsersService } from '../src/users/users.service.js';
import { Client } from './accounts.js';
import { freshDatabase } from './database.js';
import { startIngest } from './ingest.js';

export const newId = () => new Types.ObjectId().toHexString();

/** A hub with people of each role, hosts with tags, and incidents that open when a test says so. */
export async function startQuiet(config: Partial<Config> = {}) {
  const database = await freshDatabase();
  let hub = await startIngest(database.uri, config);
  const { tenantId } = hub;
  let incidents = 0;

  /** Somebody of the tenant, or of another one. */
  const member = async (role: Role, of = tenantId): Promise<Client> => {
    const email = `${randomBytes(6).toString('hex')}@example.org`;
    const user = { tenantId: of, email, name: `The ${role}`, role, passwordHash: '-' };
    const { id } = await hub.service(UsersService).create(user);
    return new Client(hub.url, hub.service(AccessTokens).sign({ id }).token);
  };

  return {
    tenantId,
    database: database.connection,
    member,
    service: <T>(type: new (...args: never[]) => T): T => hub.service(type as new () => T),
    viewerToken: () => hub.viewer(tenantId),
    get url() {
      return hub.url;
    },
    host: async (name: string, tags: string[] = [], of = tenantId) => {
      await hub.service(RulesService).ready(of);
      return hub.service(HostsService).create(of, { name, tags });
    },
    /** An incident of a host and a disk that has none, as one of the rules that everybody has opens it. */
    incident: (hostId: string, about: Partial<NewIncident> = {}, of = tenantId): Incident => {
      const now = Date.now();
      const { id: ruleId, name: ruleName } = hub
        .service(RulesService)
        .of(of)
        .find(({ name }) => name === 'Disk nearly full')!;
      incidents += 1;
      return hub.service(IncidentsService).open(
        of,
        {
          ...{ ruleId, ruleName, hostId, hostName: 'host', metric: 'disk.usage' },
          ...{ instance: `/mnt/${incidents}`, severity: 'critical', comparison: '>', firesAt: 90, ...about },
        },
        { phase: 'firing', since: now, openedAt: now, opened: 95, worst: 95, last: 95 } as never,
      )!;
    },
    resolve: (id: string, of = tenantId) =>
      hub.service(IncidentsService).resolve(of, id, 'cleared', Date.now()),
    /** What holds an incident back right now. */
    holds: (id: string, of = tenantId) =>
      hub
        .service(IncidentsService)
        .openOf(of)
        .find((one) => one.id === id)?.holds,
    restart: async () => {
      await hub.stop();
      hub = await startIngest(database.uri, config);
    },
    stop: async () => {
      await hub.stop();
      await database.drop();
    },
  };
}
