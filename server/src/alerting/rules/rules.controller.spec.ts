import { DEFAULT_RULES, type Rule } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startQuiet } from '../../../test/quiet.js';

let hub: Awaited<ReturnType<typeof startQuiet>>;
beforeAll(async () => (hub = await startQuiet()));
afterAll(() => hub?.stop());

it('a rule has no other fields to change: it stays in its tenant', async () => {
  const admin = await hub.member('admin');
  const { body: rule } = await admin.post<Rule>('/rules', DEFAULT_RULES[0]!.settings);
  for (const changes of [{ tenantId: 'f'.repeat(24) }, { defaultKey: 'cpu' }]) {
    expect(await admin.patch(`/rules/${rule.id}`, changes)).toMatchObject({
      status: 400,
      body: { code: 'invalid', field: `/${Object.keys(changes)[0]}` },
    });
  }
  expect((await admin.get<Rule[]>('/rules')).body).toContainEqual(rule);
});
