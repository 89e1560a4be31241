import { HISTORY_LIMITS, type HistoryQuery } from '@tocsin/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, OTHER_TENANT, samplesOn, TENANT } from '../../../test/samples.js';
import type { HostsService } from '../../hosts/hosts.service.js';
import { BatchService } from './batch.service.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BEGIN = 483_000 * 60 * MINUTE;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
let batches: BatchService;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await samplesOn(database.connection);
  batches = new BatchService(hub.hosts as unknown as HostsService, hub.history);
  for (const host of [0, 1]) {
    for (let i = 0; i < 180; i += 1) {
      const values = { 'cpu.usage': (i + host) % 100, 'disk.usage:/': i % 7, 'disk.usage:/var': 50 };
      const frame = { ...frameOf(i, BEGIN + i * SECOND, values), hostId: hostId(host) };
      hub.samples.append(frame, () => {}, frame.t);
    }
    // The last minute of the second host stays in memory.
    if (host === 0) await hub.samples.flush();
  }
});
afterAll(() => database.drop());

const signal = new AbortController().signal;
const ask = (queries: HistoryQuery[], tenant = TENANT) => batches.query(tenant, { queries }, signal);
const query = (parts: Partial<HistoryQuery> = {}): HistoryQuery => ({
  ...{ host: hostId(0), metric: ['cpu.usage'], from: BEGIN, to: BEGIN + 3 * MINUTE, points: 60 },
  ...parts,
});

describe('BatchService', () => {
  it('answers each query as if it had been asked alone, in their order', async () => {
    const metrics = ['cpu.usage', 'disk.usage', 'disk.usage:/var', 'disk.usage:/', 'ram.usage'];
    const one = fc.record({
      host: fc.constantFrom(hostId(0), hostId(1)),
      metric: fc.uniqueArray(fc.constantFrom(...metrics), { minLength: 1 }),
      from: fc.constantFrom(BEGIN, BEGIN + MINUTE),
      to: fc.constantFrom(BEGIN + 2 * MINUTE, BEGIN + 3 * MINUTE),
      points: fc.constantFrom(3, 60, undefined),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (queries) => {
        const alone = [];
        for (const each of queries) alone.push(await hub.history.query(TENANT, each));
        expect((await ask(queries)).answers).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });

  it('reads once what the charts of one host and time need', async () => {
    const read = vi.spyOn(hub.history, 'query');
    await ask([
      query(),
      query({ metric: ['disk.usage'] }),
      query({ host: hostId(1) }),
      query({ metric: ['cpu.usage', 'ram.usage'] }),
    ]);
    expect(read.mock.calls.map(([, { host, metric }]) => [host, metric])).toEqual([
      [hostId(0), ['cpu.usage', 'disk.usage', 'ram.usage']],
      [hostId(1), ['cpu.usage']],
    ]);
    read.mockRestore();
  });

  it.each([
    ['an unknown metric', query({ metric: ['cpu.usage', 'cpu.speed'] }), 400, '/queries/1/metric/1'],
    ['an end before the beginning', query({ to: BEGIN }), 400, '/queries/1/to'],
    ['a time that is too long', query({ to: BEGIN + HISTORY_LIMITS.spanMs + 1 }), 400, '/queries/1/to'],
    ['a host that is not there', query({ host: hostId(77) }), 404, '/queries/1/host'],
  ])('refuses %s before anything is read, and names the field', async (_what, wrong, status, field) => {
    const read = vi.spyOn(hub.history, 'query');
    await expect(ask([query(), wrong])).rejects.toMatchObject({ status, body: { field } });
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it('refuses answers that are too large together, though none is by itself', async () => {
    const large = query({ metric: ['disk.usage'], to: BEGIN + 2_000 * SECOND, points: 2_000 });
    const perQuery = 2 * 2_000;
    const enough = HISTORY_LIMITS.answerSteps / perQuery;
    const few = { queries: Array<HistoryQuery>(enough).fill(large) };
    expect((await batches.query(TENANT, few, signal)).answers).toHaveLength(enough);
    const many = { queries: [...few.queries, large] };
    await expect(batches.query(TENANT, many, signal)).rejects.toMatchObject({
      status: 400,
      body: { code: 'invalid', field: `/queries/${enough}/points` },
    });
  });

  it('knows no host of another tenant', async () => {
    await expect(ask([query()], OTHER_TENANT)).rejects.toMatchObject({
      status: 404,
      body: { code: 'not_found', field: '/queries/0/host' },
    });
  });

  it('reads no further once it is called off', async () => {
    let looks = 0;
    const reason = new Error('gone');
    const leaves = {
      throwIfAborted() {
        looks += 1;
        if (looks === 2) throw reason;
      },
    } as AbortSignal;
    await expect(batches.query(TENANT, { queries: [query(), query({ points: 3 })] }, leaves)).rejects.toBe(
      reason,
    );
    expect(looks).toBe(2);
  });
});
