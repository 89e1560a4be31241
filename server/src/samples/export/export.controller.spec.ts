import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { ApiError } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { startIngest } from '../../../test/ingest.js';
import { BOOT, sampleOf } from '../../../test/samples.js';
import { HistoryReads, READS } from '../queries/history-reads.js';
import { SamplesService } from '../samples.service.js';
import { OPEN_EXPORTS, OpenExports } from './open-exports.js';

const BEGIN = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
const iso = (second: number) => new Date(BEGIN + second * 1_000).toISOString();

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let token: string;
let host: string;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  token = await hub.viewer();
  host = (await hub.host('web-1')).host.id;
  for (let seq = 0; seq < 3; seq += 1) {
    const sample = sampleOf({ 'cpu.usage': seq, 'disk.usage:/': 40 });
    const frame = { tenantId: hub.tenantId, hostId: host, bootId: BOOT, seq, t: BEGIN + seq * 1_000, sample };
    hub.service(SamplesService).append(frame, () => {}, Date.now());
  }
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

const urlOf = (parts: Record<string, string> = {}) => {
  const query = {
    host,
    metric: 'cpu.usage',
    from: iso(0),
    to: iso(60),
    format: 'csv',
    step: 'raw',
    ...parts,
  };
  return `${hub.url}/api/v1/history/export?${String(new URLSearchParams(query))}`;
};
const ask = (parts?: Record<string, string>, as = token) =>
  fetch(urlOf(parts), { headers: { Authorization: `Bearer ${as}` } });

describe('GET /history/export', () => {
  it('answers with a file of samples', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="?web-1_\d{8}T\d{6}Z_\d{8}T\d{6}Z\.csv"?$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe(
      ['time,metric,instance,value', ...[0, 1, 2].map((i) => `${iso(i)},cpu.usage,,${i}`), ''].join('\r\n'),
    );
  });

  it('answers with steps as lines of JSON', async () => {
    const response = await ask({ metric: 'disk.usage:/', format: 'ndjson', step: '60000' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const row = { time: iso(0), metric: 'disk.usage', instance: '/', min: 40, avg: 40, max: 40 };
    expect(await response.text()).toBe(`${JSON.stringify(row)}\n`);
  });

  it.each([
    ['another format', { format: 'xlsx' }, '/format'],
    ['a step that there is not', { step: '7000' }, '/step'],
    ['a step that is no time', { step: 'daily' }, '/step'],
    ['an unknown metric', { metric: 'cpu.speed' }, '/metric/0'],
    ['an end before the beginning', { to: iso(-1) }, '/to'],
    ['a time that no calendar has', { to: '9'.repeat(15) }, '/to'],
    ['an unknown field', { points: '10' }, '/points'],
  ])('refuses %s and names the field', async (_what, wrong, field) => {
    const response = await ask(wrong);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(await response.json()).toMatchObject({ code: 'invalid', field });
  });

  it('does not know the host of another tenant, and lets nobody in who is not signed in', async () => {
    const response = await ask({}, await hub.viewer(new Types.ObjectId().toHexString()));
    expect(response.status).toBe(404);
    expect(((await response.json()) as ApiError).code).toBe('not_found');
    expect((await ask({}, 'nonsense')).status).toBe(401);
  });

  it('counts an export until it has ended or its reader has gone, and refuses one too many', async () => {
    const reads = hub.service(HistoryReads);
    const open = hub.service(OpenExports);
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    for (let i = 0; i < READS.atOnceOfTenant; i += 1)
      void reads.run(hub.tenantId, new AbortController().signal, () => ended);

    const first = get(urlOf(), { headers: { Authorization: `Bearer ${token}` } });
    const others = Array.from({ length: OPEN_EXPORTS.ofTenant - 1 }, () => ask());
    await vi.waitUntil(() => open.count === OPEN_EXPORTS.ofTenant);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const gone = once(first, 'error');
    first.destroy(new Error('gone'));
    await gone;
    await vi.waitUntil(() => open.count === OPEN_EXPORTS.ofTenant - 1);
    end();
    for (const response of await Promise.all(others)) expect(await response.text()).toContain('cpu.usage');
    await vi.waitUntil(() => open.count === 0);
    expect(hub.warnings).toEqual([]);
  });

  it('is there without /api/v1 too', async () => {
    const request = get(urlOf().replace('/api/v1', ''), { headers: { Authorization: `Bearer ${token}` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    await once(response, 'end');
  });
});
