import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { AuditPage, Role } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../test/accounts.js';
import { freshDatabase } from '../../test/database.js';
import { newId, startQuiet } from '../../test/quiet.js';
import { ROUTE_ACCESS } from '../access/route-access.js';
import { Config } from '../config/config.js';
import { createApp } from '../create-app.js';
import { NOT_AUDITED } from './not-audited.decorator.js';

const CHANGING = [RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE];

it('each route of the hub that changes something is audited, or says why it is not', async () => {
  const database = await freshDatabase();
  const config = new Config({ dataDir: '/nowhere', mongodbUri: database.uri });
  const app = await createApp(config, { log() {}, warn() {}, error() {} });
  try {
    const routes = new DiscoveryService(app.get(ModulesContainer))
      .getControllers()
      .flatMap(({ instance }) => {
        const type = Object.getPrototypeOf(instance) as Record<string, () => void>;
        return new MetadataScanner()
          .getAllMethodNames(type)
          .filter((name) => CHANGING.includes(Reflect.getMetadata(METHOD_METADATA, type[name]!) as number))
          .map((name) => {
            const of = (key: string): unknown =>
              Reflect.getMetadata(key, type[name]!) ?? Reflect.getMetadata(key, type.constructor!);
            const path = `${Reflect.getMetadata(PATH_METADATA, type.constructor!)} ${name}`;
            return { path, reason: of(NOT_AUDITED), access: of(ROUTE_ACCESS) };
          });
      });
    expect(routes.length).toBeGreaterThan(35);
    // Whoever is signed in is audited by the interceptor; the rest has to be accounted for.
    const silent = routes.filter(({ reason, access }) => access === 'public' && reason === undefined);
    expect(silent).toEqual([]);
    expect(routes.filter(({ reason, access }) => access !== 'public' && reason !== undefined)).toEqual(
      routes.filter(({ path }) =>
        [
          'api/v1/silences preview',
          'api/v1/maintenance preview',
          'api/v1/rules/preview preview',
          'api/v1/history,history batch',
          'api/v1/me/devices save',
          'api/v1/me/devices test',
        ].includes(path),
      ),
    );
  } finally {
    await app.close();
    await database.drop();
  }
});

describe('the audit log', () => {
  let world: Awaited<ReturnType<typeof startQuiet>>;
  const by = {} as Record<Role, Client>;
  beforeAll(async () => {
    world = await startQuiet();
    await world.host('not made by anybody');
    for (const role of ['owner', 'admin', 'operator', 'viewer'] as const) by[role] = await world.member(role);
  });
  afterAll(() => world.stop());

  const entries = async (query = '', as = by.owner) => (await as.get<AuditPage>(`/audit${query}`)).body;

  it('says who changed what, and nothing of what was refused or only looked at', async () => {
    const { body } = await by.admin.post<{ host: { id: string }; key: { key: string } }>('/hosts', {
      name: 'audited',
    });
    await by.admin.patch(`/hosts/${body.host.id}`, { tags: ['prod'] });
    await by.admin.patch(`/hosts/${body.host.id}`, { tags: 7 });
    await by.viewer.patch(`/hosts/${body.host.id}`, { tags: [] });
    await by.admin.get('/hosts');
    const incident = world.incident(body.host.id);
    await by.operator.post(`/incidents/${incident.id}/acknowledge`, { note: 'On it' });
    await by.admin.delete(`/hosts/${body.host.id}`);
    const { entries: found } = await entries();
    expect(found.toReversed()).toMatchObject([
      { action: 'hosts.create', target: { id: body.host.id, name: 'audited' }, sent: { name: 'audited' } },
      {
        action: 'hosts.update',
        actor: { name: 'The admin' },
        target: { name: 'audited' },
        sent: { tags: ['prod'] },
        changes: { tags: { from: [], to: ['prod'] } },
      },
      { action: 'incidents.acknowledge', actor: { name: 'The operator' }, target: { id: incident.id } },
      { action: 'hosts.remove', target: { id: body.host.id, name: 'audited' } },
    ]);
    expect(found[0]).toMatchObject({ address: expect.stringContaining('127.0.0.1') as string });
    const stored = JSON.stringify(await world.database.collection('audit').find().toArray());
    expect(body.key.key.length).toBeGreaterThan(20);
    expect(stored).not.toContain(body.key.key);
  });

  it('is filtered and read a page at a time', async () => {
    const ids = async (query: string) => (await entries(query)).entries.map(({ action }) => action);
    expect(await ids('?action=hosts')).toEqual(['hosts.remove', 'hosts.update', 'hosts.create']);
    expect(await ids('?action=hosts.u')).toEqual(['hosts.update']);
    expect(await ids(`?actor=${newId()}`)).toEqual([]);
    expect(await ids(`?from=${Date.now() + 60_000}`)).toEqual([]);
    const first = await entries('?limit=3');
    expect(await ids(`?limit=3&after=${first.next}`)).toEqual(['hosts.create']);
    expect((await by.owner.get('/audit?action=.*')).status).toBe(400);
  });

  it('is for those who run the tenant, and of their own tenant', async () => {
    for (const role of ['operator', 'viewer'] as const)
      expect((await by[role].get('/audit')).status).toBe(403);
    expect((await entries('', await world.member('owner', newId()))).entries).toEqual([]);
  });
});
