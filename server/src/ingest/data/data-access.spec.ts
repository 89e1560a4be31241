import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { LIMITS } from '@tocsin/shared';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDataHub } from '../../../test/data.js';
import { HostKeysService } from '../../hosts/host-keys.service.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { LiveService } from '../../live/live.service.js';
import { SamplesService } from '../../samples/samples.service.js';
import { FAILURES_PER_NETWORK } from './data-keys.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

let hub: Awaited<ReturnType<typeof startDataHub>>;

beforeAll(async () => {
  hub = await startDataHub();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => hub?.stop());

const usage = (value: number) => ({ cpu: { usage: value } });

describe('who posts', () => {
  it('is told by the key, in either header', async () => {
    const host = await hub.host();
    const bearer = { headers: { Authorization: `Bearer ${host.key}` } };
    expect((await hub.post(undefined, { cpu_usage: 1 }, bearer)).body.host).toEqual({
      id: host.id,
      name: host.name,
    });
    expect((await hub.service(HostKeysService)).list(hub.tenantId, host.id)[0]!.lastUsedAt).toBeGreaterThan(
      0,
    );
  });

  it.each([
    ['no key', undefined, {}, /X-API-Key/],
    ['a key that nobody made', `toc_${'A'.repeat(43)}`, {}, /does not know this key/],
    ['a key of another kind', undefined, { Authorization: 'Basic b3duZXI6b3duZXI=' }, /X-API-Key/],
    ['words without end', 'x'.repeat(10_000), {}, /does not know this key/],
  ])('is refused with %s before anything else is looked at', async (_what, key, headers, message) => {
    const answer = await hub.post(key, 'no JSON', { headers: { 'Content-Type': 'text/plain', ...headers } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(answer.body.message).toMatch(message);
  });

  it('cannot fill the memory with requests that it does not end', async () => {
    const host = await hub.host();
    const head = `POST /data HTTP/1.1\r\nHost: hub\r\nX-API-Key: ${host.key}\r\nContent-Type: application/json\r\n`;
    const { hostname, port } = new URL(hub.url);
    const sockets = Array.from({ length: 9 }, () => connect(Number(port), hostname));
    const answered = sockets.map(async (socket) => String((await once(socket, 'data'))[0]));
    for (const socket of sockets) {
      socket.write(`${head}Content-Length: ${LIMITS.messageBytes}\r\n\r\n{`);
    }
    expect(await Promise.race(answered)).toMatch(/^HTTP\/1.1 429 [^]*Retry-After: 1\r\n/);
    expect((await hub.post(host.key, { cpu_usage: 1 })).status).toBe(429);
    expect((await hub.post((await hub.host()).key, { cpu_usage: 1 })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect((await hub.post(host.key, { cpu_usage: 1 })).status).toBe(200));
  });

  it('is refused with the access token of a person', async () => {
    const headers = { Authorization: `Bearer ${await hub.viewer()}` };
    expect((await hub.post(undefined, { cpu_usage: 1 }, { headers })).status).toBe(401);
  });

  it('is refused with a key that was revoked, and of a host that was removed', async () => {
    const host = await hub.host();
    await hub.service(HostKeysService).revoke(hub.tenantId, host.id, host.keyId);
    expect(await hub.post(host.key, { cpu_usage: 1 })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('revoked') },
    });
    const removed = await hub.host();
    await hub.post(removed.key, { cpu_usage: 1 });
    await hub.service(HostsService).remove(hub.tenantId, removed.id);
    expect((await hub.post(removed.key, { cpu_usage: 1 })).status).toBe(401);
  });

  it('is refused when the host is removed while the body comes in, and nothing is left of it', async () => {
    const host = await hub.host();
    const upload = request(`${hub.url}/data`, {
      method: 'POST',
      headers: { 'X-API-Key': host.key, 'Content-Type': 'application/json' },
    });
    const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
    upload.write('{"cpu_usage":');
    // The hub has begun to read once it has asked for the key.
    const keys = hub.service(HostKeysService);
    await vi.waitFor(() => expect(keys.list(hub.tenantId, host.id)[0]!.lastUsedAt).toBeGreaterThan(0));
    await hub.service(HostsService).remove(hub.tenantId, host.id);
    upload.end('1}');
    const [answer] = await answered;
    expect(answer.resume().statusCode).toBe(401);
    expect(hub.service(SamplesService).inMemory(host.id, 0, Infinity)).toEqual([]);
  });

  it('reports for the own host alone, which another tenant does not see', async () => {
    const stranger = new Types.ObjectId().toHexString();
    const [mine, theirs] = [await hub.host(), await hub.host(stranger)];
    await hub.post(mine.key, { cpu_usage: 11 });
    await hub.post(theirs.key, { cpu_usage: 22 });
    const now = Date.now();
    expect(await hub.values(mine.id, ['cpu.usage'], now - MINUTE, now)).toEqual({ 'cpu.usage': [11] });
    expect(await hub.history(theirs.id, ['cpu.usage'], now - MINUTE, now)).toMatchObject({
      code: 'not_found',
    });
    const seen = await hub.history(theirs.id, ['cpu.usage'], now - MINUTE, now, await hub.viewer(stranger));
    expect(seen.series[0]!.avg.filter((value) => value !== null)).toEqual([22]);
  });

  it('cannot name another host or tenant in what is posted', async () => {
    const [host, other] = [await hub.host(), await hub.host()];
    const body = { cpu_usage: 1, hostId: other.id };
    expect((await hub.post(host.key, body)).body).toMatchObject({ code: 'invalid', field: '/hostId' });
  });

  it('never stands in the log', async () => {
    const wrong = `toc_${'B'.repeat(43)}`;
    const host = await hub.host();
    await hub.post(wrong, { cpu_usage: 1 });
    await hub.post(host.key, { cpu_usage: 'x' });
    expect(hub.warnings.some((line) => line.includes('Refused data as invalid'))).toBe(true);
    expect(hub.warnings.filter((line) => line.includes(wrong) || line.includes(host.key))).toEqual([]);
  });
});

describe('too much', () => {
  it('is held back for the one who posts it, with the time to wait', async () => {
    const [flooder, neighbour] = [await hub.host(), await hub.host()];
    const answers = await Promise.all(
      Array.from({ length: LIMITS.framesBurst + 100 }, (_, i) =>
        hub.post(flooder.key, { t: Date.now() - i, ...usage(1) }),
      ),
    );
    const taken = answers.filter(({ status: code }) => code === 200);
    const refused = answers.filter(({ status: code }) => code === 429);
    expect(taken.length + refused.length).toBe(answers.length);
    expect(taken.length).toBeGreaterThanOrEqual(LIMITS.framesBurst);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.body).toMatchObject({
      code: 'too_many_requests',
      message: expect.stringContaining('40'),
    });
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect((await hub.post(neighbour.key, { cpu_usage: 1 })).status).toBe(200);
    expect(hub.warnings.filter((line) => line.includes(flooder.name))).toHaveLength(1);
  });

  it('is counted by frames in batches', async () => {
    const host = await hub.host();
    const t = Date.now() - MINUTE;
    const frames = Array.from({ length: LIMITS.batchFrames }, (_, i) => ({ t: t + i }));
    const batches = Array.from({ length: LIMITS.backlogBurst / LIMITS.batchFrames + 10 }, () => ({ frames }));
    const codes = (await Promise.all(batches.map((batch) => hub.post(host.key, batch)))).map((a) => a.status);
    expect(new Set(codes)).toEqual(new Set([200, 429]));
  });

  it('is a large body with a fault in it, again and again', async () => {
    const host = await hub.host();
    const wrong = JSON.stringify({ gpu: 1, note: 'x'.repeat(900_000) });
    const codes = [];
    for (let i = 0; i < 6; i += 1) codes.push((await hub.post(host.key, wrong)).status);
    expect(codes.slice(0, 2)).toEqual([400, 400]);
    expect(codes).toContain(429);
  });

  it('is more than can be stored: it is shown and to be sent again', async () => {
    const host = await hub.host();
    const shown = vi.spyOn(hub.service(LiveService), 'frame');
    vi.spyOn(hub.service(SamplesService), 'full', 'get').mockReturnValue(true);
    const answer = await hub.post(host.key, { cpu_usage: 1 });
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(shown).toHaveBeenCalledOnce();
    expect(hub.service(SamplesService).inMemory(host.id, 0, Infinity)).toEqual([]);
  });

  it('is more of the past than can be written, which leaves room for the present', async () => {
    const host = await hub.host();
    const old = Date.now() - 300 * DAY;
    const batch = (n: number) => ({
      frames: Array.from({ length: 500 }, (_, i) => ({ t: old + (n * 500 + i) * MINUTE, ...usage(1) })),
    });
    for (const n of [0, 1, 2, 3]) expect((await hub.post(host.key, batch(n))).body.stored).toBe(500);
    expect(await hub.post(host.key, batch(4))).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await hub.post(host.key, { cpu_usage: 1 })).status).toBe(200);
    await hub.service(SamplesService).commit();
    await hub.service(SamplesService).writeMinutes(Date.now() + DAY);
    expect((await hub.post(host.key, batch(4))).body.stored).toBe(500);
  });

  it('is a key that is wrong for the 31st time: it is not even looked at, while right ones go on', async () => {
    const host = await hub.host();
    const wrong = () => hub.post(`toc_${'C'.repeat(43)}`, { cpu_usage: 1 });
    let answer = await wrong();
    for (let i = 0; i < FAILURES_PER_NETWORK && answer.status === 401; i += 1) answer = await wrong();
    expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await hub.post(host.key, { cpu_usage: 1 })).status).toBe(200);
  });
});
