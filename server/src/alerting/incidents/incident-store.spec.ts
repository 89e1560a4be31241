import { Logger } from '@nestjs/common';
import type { Incident } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { IncidentSchema, StoredIncident } from './incident.schema.js';
import { IncidentStore } from './incident-store.js';

const id = () => new Types.ObjectId().toHexString();
const [tenantId, other, ruleId, hostId] = [id(), id(), id(), id()];
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: id(),
  ruleId,
  ruleName: 'CPU',
  hostId,
  hostName: 'web-1',
  metric: 'cpu.usage',
  severity: 'critical',
  status: 'open',
  since: 1_000,
  openedAt: 2_000,
  comparison: '>',
  firesAt: 90,
  openedValue: 95,
  worstValue: 99,
  lastValue: 91,
  ...over,
});
const of = (tenant: string, ...incidents: Incident[]) =>
  incidents.map((one) => ({ tenantId: tenant, log: [], incident: one }));

let database: Awaited<ReturnType<typeof freshDatabase>>;
let store: IncidentStore;
beforeAll(async () => {
  database = await freshDatabase();
  const model = database.connection.model<StoredIncident>(StoredIncident.name, IncidentSchema);
  store = new IncidentStore(model);
  await model.init();
});
beforeEach(async () => {
  await database.connection.collection('incidents').deleteMany({});
});
afterAll(() => database.drop());

describe('IncidentStore', () => {
  it('gives back what it was given', async () => {
    const whole = incident({
      instance: '/var',
      metric: 'disk.usage',
      status: 'resolved',
      resolvedAt: 5_000,
      resolution: 'cleared',
      acknowledgedAt: 3_000,
      acknowledgedBy: 'Ada',
    });
    const plain = incident();
    await store.write(of(tenantId, whole, plain));
    expect(await store.one(tenantId, whole.id)).toEqual(whole);
    expect(await store.one(tenantId, plain.id)).toEqual(plain);
  });

  it('may be given the same state again', async () => {
    const one = incident();
    await store.write(of(tenantId, one));
    await store.write(of(tenantId, one, { ...one, lastValue: 92 }));
    expect((await store.page(tenantId, {})).incidents).toEqual([{ ...one, lastValue: 92 }]);
  });

  it('resolves one before it opens the next of its kind, in one go', async () => {
    const first = incident();
    await store.write(of(tenantId, first));
    const next = incident();
    await store.write(of(tenantId, { ...first, status: 'resolved', resolvedAt: 9 }, next));
    expect(await store.loadOpen()).toEqual(of(tenantId, next));
  });

  it('keeps at most one open for a rule, host and instance, and stores the others all the same', async () => {
    const complaint = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    const [first, twin, elsewhere] = [incident(), incident(), incident({ instance: 'b' })];
    await store.write(of(tenantId, first, twin, elsewhere));
    expect((await store.loadOpen()).map((one) => one.incident.id)).toEqual([first.id, elsewhere.id]);
    expect(complaint).toHaveBeenCalledWith(expect.stringContaining(twin.id));
    complaint.mockRestore();
  });

  it('never shows or changes an incident of another tenant', async () => {
    const mine = incident();
    await store.write(of(tenantId, mine));
    expect(await store.one(other, mine.id)).toBeUndefined();
    expect(await store.page(other, { after: 'f'.repeat(24) })).toEqual({ incidents: [] });
    // The same id under another tenant is no way to overwrite it.
    const complaint = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    await store.write(of(other, { ...mine, ruleName: 'forged' }));
    complaint.mockRestore();
    expect(await store.one(tenantId, mine.id)).toEqual(mine);
  });

  it('finds nothing under an id that is none', async () => {
    expect(await store.one(tenantId, 'nonsense')).toBeUndefined();
  });
});
