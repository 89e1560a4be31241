import type { Rule, RuleSettings } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { MAX_RULES, RulesService } from './rules.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let rules: RulesService;
let tenantId: string;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  rules = hub.service(RulesService);
  tenantId = hub.tenantId;
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

const settings: RuleSettings = {
  name: 'CPU',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 0,
  keepFiringSeconds: 0,
  severity: 'critical',
};
const one = async (id: string): Promise<Rule> => (await rules.list(tenantId)).find((rule) => rule.id === id)!;
const stored = (id: string) =>
  database.connection
    .collection('rules')
    .find()
    .toArray()
    .then((all) => all.find(({ _id }) => String(_id) === id));

describe('changes of one rule at the same time', () => {
  it('are all kept', async () => {
    const { id } = await rules.create(tenantId, settings);
    const changes: Partial<RuleSettings>[] = [
      { name: 'CPU busy' },
      { severity: 'warning' },
      { forSeconds: 30 },
      { enabled: false },
      { keepFiringSeconds: 60 },
    ];
    await Promise.all(changes.map((change) => rules.update(tenantId, id, change)));
    const all = Object.assign({ ...settings, id }, ...changes);
    expect(await one(id)).toEqual(all);
    const { id: _id, ...inDatabase } = all;
    expect(await stored(id)).toMatchObject(inDatabase);
  });

  it('never make a rule that neither of them could make alone', async () => {
    const { id } = await rules.create(tenantId, settings);
    const results = await Promise.allSettled([
      rules.update(tenantId, id, { firesAt: 70, clearsAt: 60 }),
      rules.update(tenantId, id, { clearsAt: 85 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await one(id)).toMatchObject({ firesAt: 70, clearsAt: 60 });
  });

  it('leave a deleted rule deleted', async () => {
    const { id } = await rules.create(tenantId, settings);
    const [, changed] = await Promise.allSettled([
      rules.remove(tenantId, id),
      rules.update(tenantId, id, { name: 'Too late' }),
    ]);
    expect(changed).toMatchObject({ status: 'rejected', reason: { body: { code: 'not_found' } } });
  });

  it('do not get past the bound of rules', async () => {
    const room = MAX_RULES - (await rules.list(tenantId)).length;
    const made = await Promise.allSettled(
      Array.from({ length: room + 5 }, () => rules.create(tenantId, settings)),
    );
    expect(made.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(await rules.list(tenantId)).toHaveLength(MAX_RULES);
  });
});
