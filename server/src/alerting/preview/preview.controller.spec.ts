import type { RulePreview, RulePreviewQuery, RuleSettings } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../../test/accounts.js';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { BOOT, sampleOf } from '../../../test/samples.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { SamplesService } from '../../samples/samples.service.js';

const SECOND = 1_000;
const BEGIN = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let viewer: Client;
let hosts: string[];

const disk: RuleSettings = {
  name: 'Disk',
  enabled: false,
  metric: 'disk.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 5,
  keepFiringSeconds: 0,
  severity: 'warning',
};
const preview = (rule: Partial<RuleSettings>, over: Partial<RulePreviewQuery> = {}) =>
  viewer.post<RulePreview>('/rules/preview', {
    rule: { ...disk, ...rule },
    hosts,
    from: BEGIN,
    to: BEGIN + 60 * SECOND,
    ...over,
  });

/** `/` is full from second 20 to 39 on the first host; `/data` is there for the first half. */
beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  viewer = new Client(hub.url, await hub.viewer());
  hosts = [(await hub.host('web-1')).host.id, (await hub.host('web-2')).host.id];
  for (const [n, hostId] of hosts.entries()) {
    for (let seq = 0; seq < 60; seq += 1) {
      const full = n === 0 && seq >= 20 && seq < 40;
      const sample = sampleOf({
        'cpu.usage': 10,
        'disk.usage:/': full ? 95 : 40,
        ...(seq < 30 && { 'disk.usage:/data': 50 }),
      });
      const frame = { tenantId: hub.tenantId, hostId, bootId: BOOT, seq, t: BEGIN + seq * SECOND, sample };
      hub.service(SamplesService).append(frame, () => {}, Date.now());
    }
  }
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

describe('POST /rules/preview', () => {
  it('tells when the rule would have fired, though it is off', async () => {
    const { status, body } = await preview({});
    expect(status).toBe(200);
    expect(body).toEqual({
      step: SECOND,
      series: 4,
      more: false,
      spans: [
        {
          ...{ host: hosts[0], instance: '/', worst: 95, since: BEGIN + 21 * SECOND },
          ...{ openedAt: BEGIN + 26 * SECOND, resolvedAt: BEGIN + 41 * SECOND },
        },
      ],
    });
  });

  it('leaves open what is not over', async () => {
    const { body } = await preview({}, { to: BEGIN + 35 * SECOND });
    expect(body.spans).toHaveLength(1);
    expect(body.spans[0]).not.toHaveProperty('resolvedAt');
  });

  it('judges by the condition, and tells what was missing from a host that was not', async () => {
    const max = { kind: 'aggregate', aggregate: 'max', windowSeconds: 10 } as const;
    const { body } = await preview({ condition: max, forSeconds: 0 });
    expect(body.spans[0]!.resolvedAt).toBeGreaterThanOrEqual(BEGIN + 50 * SECOND);
    const absent = {
      condition: { kind: 'absent' },
      comparison: '>=',
      firesAt: 1,
      clearsAt: undefined,
    } as const;
    const missing = await preview(absent);
    expect(missing.body.spans.map(({ host, instance }) => [host, instance])).toEqual([
      [hosts[0], '/data'],
      [hosts[1], '/data'],
    ]);
    const never = await preview({ ...absent, instance: '/never' }, { hosts: [hosts[0]!] });
    expect(never.body.spans).toMatchObject([{ instance: '/never', openedAt: BEGIN + 6 * SECOND }]);
  });

  it('keeps to the hosts, the tags and the differences of the rule', async () => {
    expect((await preview({ hostIds: [hosts[1]!] })).body.spans).toEqual([]);
    expect((await preview({ tags: { match: 'any', names: ['db'] } })).body.series).toBe(0);
    const { service, tenantId } = hub;
    await service(HostsService).update(tenantId, hosts[0]!, { tags: ['db'] });
    expect((await preview({ tags: { match: 'any', names: ['db'] } })).body.spans).toHaveLength(1);
    const overrides = [{ hostId: hosts[0]!, firesAt: 96, clearsAt: 90 }];
    expect((await preview({ overrides })).body.spans).toEqual([]);
  });

  it.each([
    ['a rule that cannot be', { firesAt: 101 }, {}, '/rule/firesAt'],
    ['a lost host', { metric: 'host.lost' }, {}, '/rule/metric'],
    ['a time that ends before it begins', {}, { to: BEGIN }, '/to'],
    ['a time that is too long', {}, { from: BEGIN - 32 * 86_400_000 }, '/to'],
    ['no host', {}, { hosts: [] }, '/hosts'],
  ])('refuses %s and names the field', async (_what, rule, over, field) => {
    expect(await preview(rule, over)).toMatchObject({ status: 400, body: { code: 'invalid', field } });
  });

  it('shows nobody anything of another tenant', async () => {
    const stranger = new Client(hub.url, await hub.viewer('f'.repeat(24)));
    const query = { rule: disk, hosts, from: BEGIN, to: BEGIN + SECOND };
    expect((await stranger.post('/rules/preview', query)).status).toBe(404);
  });
});
