import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Manager } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHub } from './hub.js';

let hub: Awaited<ReturnType<typeof startHub>>;
let pwaDir: string;
beforeAll(async () => {
  pwaDir = await mkdtemp(join(tmpdir(), 'tocsin-pwa-'));
  await mkdir(join(pwaDir, 'assets'));
  await writeFile(join(pwaDir, 'index.html'), '<title>Tocsin</title>');
  await writeFile(join(pwaDir, 'sw.js'), '// worker');
  await writeFile(join(pwaDir, 'assets/index-abcd1234.js'), 'export {}');
  hub = await startHub({ pwaDir });
});
afterAll(async () => {
  await hub.stop();
  await rm(pwaDir, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(hub.url + path, init);

describe('health', () => {
  it('says that the process lives and that it is ready', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ status: 'live' });
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready' });
  });
});

describe('the edge', () => {
  it.each(['/api/v1/nothing', '/API/v1/nothing', '/Health/nothing', '/history/nothing'])(
    'answers %s with an ApiError',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    },
  );

  it.each([
    ['{"email": ', 400, 'invalid', 'The body is not valid JSON.'],
    [JSON.stringify({ email: 'x'.repeat(300_000) }), 413, 'too_large', 'The body is too large.'],
  ])('refuses a body it cannot take', async (body, status, code, message) => {
    const answer = await get('/api/v1/auth/login', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ code, message });
  });

  it('lets pages load from the hub alone', async () => {
    const policy = (await get('/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
  });
});

describe('a connection to no namespace of the hub', () => {
  it('is closed when it would stay on the one that every server has', async () => {
    const manager = new Manager(hub.url, { transports: ['websocket'], reconnection: false });
    const closed = new Promise((resolve) => manager.once('close', resolve));
    manager.socket('/');
    await closed;
  });

  it('is refused on one that there is not', async () => {
    const manager = new Manager(hub.url, { transports: ['websocket'], reconnection: false });
    const socket = manager.socket('/elsewhere');
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(error).toMatchObject({ message: 'Invalid namespace' });
    socket.close();
  });
});

describe('the PWA', () => {
  it.each(['/', '/hosts/0123', '/incidents?status=open'])(
    'is the answer to %s, never from a cache',
    async (path) => {
      const page = await get(path);
      expect(await page.text()).toBe('<title>Tocsin</title>');
      expect(page.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('keeps files with a hash in their name for good, and asks again for the others', async () => {
    const asset = await get('/assets/index-abcd1234.js');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect((await get('/sw.js')).headers.get('cache-control')).toBe('no-cache');
  });

  it('is not the answer to a file that is gone', async () => {
    expect((await get('/assets/index-00000000.js')).status).toBe(404);
  });

  it('has no way out of its folder', async () => {
    expect(await (await get('/..%2f..%2f..%2fetc%2fpasswd')).text()).not.toContain('root:');
  });
});
