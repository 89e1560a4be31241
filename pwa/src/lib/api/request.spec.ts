import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiUrl, request } from './request.js';

afterEach(() => vi.unstubAllGlobals());
const answer = (response: Response | Error) => {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => {
    if (response instanceof Error) throw response;
    return response;
  });
  vi.stubGlobal('fetch', fetch);
  return fetch;
};

describe('apiUrl', () => {
  it('repeats the name of a list and leaves out what is undefined', () => {
    expect(apiUrl('/history', { metric: ['cpu.usage', 'disk.usage:/'], from: 1, points: undefined })).toBe(
      '/api/v1/history?metric=cpu.usage&metric=disk.usage%3A%2F&from=1',
    );
  });
});

describe('request', () => {
  it('sends JSON and the access token', async () => {
    const fetch = answer(Response.json({ id: '1' }));
    await expect(request('POST', '/hosts', { body: { name: 'a' }, token: 't' })).resolves.toEqual({
      id: '1',
    });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      body: '{"name":"a"}',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    });
  });

  it('gives nothing for an answer without a body', async () => {
    answer(new Response(null, { status: 204 }));
    await expect(request('DELETE', '/hosts/1')).resolves.toBeUndefined();
  });

  it('throws what the hub said, with the field at fault', async () => {
    answer(Response.json({ code: 'invalid', message: 'is too short', field: '/name' }, { status: 422 }));
    await expect(request('POST', '/hosts')).rejects.toMatchObject({
      status: 422,
      code: 'invalid',
      message: 'is too short',
      field: '/name',
    });
  });

  it('stays understandable when a proxy answers in the place of the hub', async () => {
    answer(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await expect(request('GET', '/hosts')).rejects.toMatchObject({ code: 'internal', status: 502 });
  });

  it('says that the hub cannot be reached', async () => {
    answer(new TypeError('Failed to fetch'));
    await expect(request('GET', '/hosts')).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });
});
