import type { AppliedRules, FiledRule, Rule, RulesFile } from '@tocsin/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../test/accounts.js';
import { newId, startQuiet } from '../../../test/quiet.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { PoliciesService } from '../policies/policies.service.js';

let world: Awaited<ReturnType<typeof startQuiet>>;
let admin: Client;
let viewer: Client;
let hostId: string;
let policy: string;
let original: FiledRule[];
beforeAll(async () => {
  world = await startQuiet();
  admin = await world.member('admin');
  viewer = await world.member('viewer');
  hostId = (await world.host('web-1')).id;
  policy = (await world.service(PoliciesService).list(world.tenantId))[0]!.name;
  original = await exported();
});
afterAll(() => world.stop());
beforeEach(() => apply({ rules: original, prune: true }));

const exported = async () => (await viewer.get<RulesFile>('/rules/export')).body.rules;
const apply = (body: object, by = admin) => by.post<AppliedRules>('/rules/apply', body);
const one = (over: Partial<FiledRule> = {}): FiledRule => ({ ...original[0]!, key: 'mine', ...over });

describe('rules in a file', () => {
  it('are exported under keys that stay, and applying them changes nothing', async () => {
    expect(original.map(({ key }) => key)).toContain('host-lost');
    const incident = world.incident(hostId);
    const before = (await viewer.get<Rule[]>('/rules')).body;
    const { body } = await apply({ rules: original, prune: true });
    expect(body).toEqual({
      created: [],
      changed: [],
      unchanged: original.map(({ key }) => key),
      removed: [],
    });
    expect((await viewer.get<Rule[]>('/rules')).body).toEqual(before);
    expect(await exported()).toEqual(original);
    const open = world.service(IncidentsService).openOf(world.tenantId);
    expect(open.map(({ id }) => id)).toContain(incident.id);
  });

  it('name hosts and policies as people do', async () => {
    const rule = one({ hosts: ['web-1'], policy, overrides: [{ host: 'web-1', forSeconds: 99 }] });
    expect((await apply({ rules: [rule] })).body.created).toEqual(['mine']);
    const stored = (await viewer.get<Rule[]>('/rules')).body.find(({ key }) => key === 'mine');
    expect(stored).toMatchObject({ hostIds: [hostId], overrides: [{ hostId, forSeconds: 99 }] });
    expect((await exported()).find(({ key }) => key === 'mine')).toEqual(rule);
  });

  it('go on naming a host that was removed, instead of being about all of them', async () => {
    const { id } = await world.host('leaving');
    await apply({ rules: [one({ hosts: ['leaving'], overrides: [{ host: 'leaving', firesAt: 7 }] })] });
    await world.service(HostsService).remove(world.tenantId, id);
    const rule = (await exported()).find(({ key }) => key === 'mine')!;
    expect(rule).toMatchObject({ hosts: [id], overrides: [{ host: id, firesAt: 7 }] });
    expect((await apply({ rules: [rule] })).body).toMatchObject({ changed: [], unchanged: ['mine'] });
    expect((await apply({ rules: [one({ key: 'other', hosts: [newId()] })] })).status).toBe(400);
  });

  it('are changed, made and removed as the file says, and only told of before', async () => {
    const [first, second, ...rest] = original as [FiledRule, FiledRule, ...FiledRule[]];
    const rules = [{ ...first, forSeconds: 77 }, ...rest, one()];
    const expected = {
      created: ['mine'],
      changed: [{ key: first.key, fields: ['forSeconds'] }],
      removed: [second.key],
    };
    expect((await apply({ rules, prune: true, dryRun: true })).body).toMatchObject(expected);
    expect(await exported()).toEqual(original);
    expect((await apply({ rules, prune: true })).body).toMatchObject(expected);
    expect(await exported()).toHaveLength(original.length);
    expect((await apply({ rules, prune: true })).body).toMatchObject({
      created: [],
      changed: [],
      removed: [],
    });
  });

  it('two who apply at once leave the rules of one of them', async () => {
    const files = ['a', 'b'].map((key) => [one({ key }), one({ key: `${key}-too` })]);
    await Promise.all(files.map((rules) => apply({ rules, prune: true })));
    const keys = (await exported()).map(({ key }) => key);
    expect([
      ['a', 'a-too'],
      ['b', 'b-too'],
    ]).toContainEqual(keys);
  });
});

describe('what is wrong with a file changes nothing, and is named', () => {
  it.each([
    ['an unknown field', () => ({ ...one(), colour: 'red' }), '/rules/1/colour', ''],
    [
      'a host that is not there',
      () => one({ hosts: ['nowhere'] }),
      '/rules/1/hosts/0',
      'Rule mine: hosts names nowhere',
    ],
    [
      'a policy that is not there',
      () => one({ policy: 'none' }),
      '/rules/1/policy',
      'Rule mine: policy names none',
    ],
    ['a key twice', () => one({ key: original[0]!.key }), '/rules/1/key', 'is there twice'],
    ['no such metric', () => one({ metric: 'cpu.mood' }), '/rules/1/metric', 'metric'],
  ])('%s', async (_what, wrong, field, message) => {
    const { status, body } = await apply({ rules: [{ ...original[0]!, forSeconds: 5 }, wrong()] });
    expect({ status, field: (body as { field?: string }).field }).toEqual({ status: 400, field });
    expect((body as { message?: string }).message).toContain(message);
    expect(await exported()).toEqual(original);
  });

  it('neither a viewer nor another tenant reaches them', async () => {
    expect((await apply({ rules: [], prune: true }, viewer)).status).toBe(403);
    await apply({ rules: [], prune: true }, await world.member('owner', newId()));
    expect(await exported()).toEqual(original);
  });
});
