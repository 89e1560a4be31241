import type { ApiError, History } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { startIngest } from '../../test/ingest.js';
import { BOOT, sampleOf } from '../../test/samples.js';
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
