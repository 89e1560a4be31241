import type { ApiError, History, HistoryBatch } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { startIngest } from '../../test/ingest.js';
import { BOOT, sampleOf } from '../../test/samples.js';
import { HistoryReads, READS } from './queries/history-reads.js';
import { SamplesService } from './samples.service.js';

const BEGIN = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let token: string;
let host: string;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  token = await hub.viewer();
  host = (await hub.host('web-1')).host.id;
  for (let seq = 0; seq < 10; seq += 1) {
    const sample = sampleOf({ 'cpu.usage': seq, 'disk.usage:/': 40, 'disk.usage:/var': 50 });
    const frame = { tenantId: hub.tenantId, hostId: host, bootId: BOOT, seq, t: BEGIN + seq * 1_000, sample };
    hub.service(SamplesService).append(frame, () => {}, Date.now());
  }
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

async function get<T>(path: string, query: Record<string, string>, as = token) {
  const response = await fetch(`${hub.url}${path}?${String(new URLSearchParams(query))}`, {
    headers: { Authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: (await response.json()) as T };
}

const span = { from: String(BEGIN), to: String(BEGIN + 10_000), points: '10' };

describe('GET /history', () => {
  it.each(['/api/v1/history', '/history'])('answers at %s', async (path) => {
    const { status, body } = await get<History>(path, { host, metric: 'cpu.usage', ...span });
    expect(status).toBe(200);
    expect(body).toMatchObject({ host, from: BEGIN, to: BEGIN + 10_000, step: 1_000 });
    expect(body.series).toMatchObject([{ metric: 'cpu.usage', avg: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }]);
  });

  it('takes a metric more than once', async () => {
    const query = String(
      new URLSearchParams([
        ['host', host],
        ['metric', 'cpu.usage'],
        ['metric', 'disk.usage'],
        ...Object.entries(span),
      ]),
    );
    const response = await fetch(`${hub.url}/history?${query}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { series } = (await response.json()) as History;
    expect(series.map(({ metric, instance }) => [metric, instance])).toEqual([
      ['cpu.usage', undefined],
      ['disk.usage', '/'],
      ['disk.usage', '/var'],
    ]);
  });

  it('takes times as ISO 8601', async () => {
    const times = { from: new Date(BEGIN).toISOString(), to: new Date(BEGIN + 10_000).toISOString() };
    const { body } = await get<History>('/history', { host, metric: 'cpu.usage', ...times });
    expect(body.from).toBe(BEGIN);
  });

  it.each([
    ['a time that is none', { from: 'yesterday' }, '/from'],
    ['an end before the beginning', { to: '0' }, '/to'],
    ['more than ten years', { from: '0' }, '/to'],
    ['a host that is no id', { host: 'web-1' }, '/host'],
    ['more points than there may be', { points: '2001' }, '/points'],
    ['an unknown metric', { metric: 'cpu.speed' }, '/metric/0'],
    ['an unknown field', { colour: 'red' }, '/colour'],
  ])('refuses %s and names the field', async (_what, wrong, field) => {
    const { status, body } = await get<ApiError>('/history', {
      host,
      metric: 'cpu.usage',
      ...span,
      ...wrong,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid', field, message: expect.stringMatching(/\w \w/) });
  });

  it('lets nobody read who is not signed in', async () => {
    expect((await get('/history', { host, metric: 'cpu.usage', ...span }, 'nonsense')).status).toBe(401);
  });

  it('does not know the host of another tenant', async () => {
    const stranger = await hub.viewer(new Types.ObjectId().toHexString());
    const { status, body } = await get<ApiError>(
      '/history',
      { host, metric: 'cpu.usage', ...span },
      stranger,
    );
    expect(status).toBe(404);
    expect(body.code).toBe('not_found');
  });
});

async function post<T>(body: unknown, { as = token, signal }: { as?: string; signal?: AbortSignal } = {}) {
  const response = await fetch(`${hub.url}/api/v1/history/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${as}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

describe('POST /history/batch', () => {
  const query = { host: '', metric: ['cpu.usage'], from: BEGIN, to: BEGIN + 10_000, points: 10 };
  beforeAll(() => (query.host = host));

  it('answers the queries in their order', async () => {
    const queries = [query, { ...query, metric: ['disk.usage'], from: new Date(BEGIN).toISOString() }];
    const { status, body } = await post<HistoryBatch>({ queries });
    expect(status).toBe(200);
    expect(body.answers.map(({ series }) => series.map(({ instance }) => instance))).toEqual([
      [undefined],
      ['/', '/var'],
    ]);
    const { body: alone } = await get<History>('/history', { host, metric: 'cpu.usage', ...span });
    expect(body.answers[0]).toEqual(alone);
  });

  it.each([
    ['no queries', () => [], '/queries'],
    ['too many of them', () => Array(51).fill(query), '/queries'],
    ['a time that is none', () => [query, { ...query, to: 'tomorrow' }], '/queries/1/to'],
    ['a missing field', () => [{ ...query, metric: undefined }], '/queries/0/metric'],
    ['an unknown field', () => [{ ...query, colour: 'red' }], '/queries/0/colour'],
    ['an unknown metric', () => [query, query, { ...query, metric: ['x'] }], '/queries/2/metric/0'],
    ['no objects', () => [query, [1]], '/queries/1'],
  ])('refuses %s and names the field', async (_what, queries, field) => {
    const { status, body } = await post<ApiError>({ queries: queries() });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid', field, message: expect.stringMatching(/\w \w/) });
  });

  it('does not know the host of another tenant, and lets nobody in who is not signed in', async () => {
    const as = await hub.viewer(new Types.ObjectId().toHexString());
    const { status, body } = await post<ApiError>({ queries: [query] }, { as });
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not_found', field: '/queries/0/host' });
    expect((await post({ queries: [query] }, { as: 'nonsense' })).status).toBe(401);
  });

  describe('while the tenant has as many reads as it may', () => {
    const reads = () => hub.service(HistoryReads);
    let end: () => void;
    beforeAll(() => {
      const ended = new Promise<void>((resolve) => (end = resolve));
      const never = new AbortController().signal;
      for (let i = 0; i < READS.atOnceOfTenant; i += 1) void reads().run(hub.tenantId, never, () => ended);
    });

    it('forgets a request whose client has gone', async () => {
      const client = new AbortController();
      const request = post({ queries: [query] }, { signal: client.signal });
      await vi.waitUntil(() => reads().waiting === 1);
      client.abort();
      await expect(request).rejects.toThrow('abort');
      await vi.waitUntil(() => reads().waiting === 0);
    });

    it('says when to come again once too many wait, and answers those that do', async () => {
      const waiting = Array.from({ length: READS.waitingOfTenant }, () => post({ queries: [query] }));
      await vi.waitUntil(() => reads().waiting === READS.waitingOfTenant);
      const { status, headers, body } = await post<ApiError>({ queries: [query] });
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.code).toBe('too_many_requests');
      end();
      expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    });
  });
});
