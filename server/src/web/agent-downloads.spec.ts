import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveInstallScript } from './serve-install-script.js';
import { servePackages } from './serve-packages.js';

const DEB = 'tocsin-agent_1.0.0_amd64.deb';
const SUM = createHash('sha256').update('package').digest('hex');

let folder: string;
let url: string;
let stop: () => Promise<unknown>;

beforeEach(async () => {
  // Hubs stand in such folders too, below ~/.local for instance.
  folder = await mkdtemp(join(tmpdir(), '.tocsin-packages-'));
  const app = express()
    .use('/packages', servePackages(folder))
    .use('/install.sh', serveInstallScript("https://hub.example.org/it's"));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () => new Promise((resolve) => server.close(resolve));
});

afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function built(): Promise<void> {
  await writeFile(join(folder, DEB), 'package');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await writeFile(join(folder, 'SHA256SUMS'), `${SUM}  ${DEB}\n`);
}
const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);

describe('servePackages', () => {
  it('says how packages are built while there are none', async () => {
    const answer = await get(`/packages/SHA256SUMS`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      code: 'not_found',
      message: expect.stringContaining('npm run package'),
    });
  });

  it('hands out the list and what stands in it, and nothing else', async () => {
    await built();
    expect(await (await get('/packages/SHA256SUMS')).text()).toBe(`${SUM}  ${DEB}\n`);
    expect(await (await get(`/packages/${DEB}`)).text()).toBe('package');
    for (const path of ['notes.txt', '', '..%2fSHA256SUMS', `x/${DEB}`, `${DEB}/`])
      expect((await get(`/packages/${path}`)).status).toBe(404);
  });

  it('lets the same content be kept, and asks whether it is still the same', async () => {
    await built();
    const first = await get(`/packages/${DEB}`);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag')!;
    const again = { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } };
    expect((await get(`/packages/${DEB}`, again)).status).toBe(304);
    const named = await get(`/packages/${DEB}?sha256=${SUM}`);
    expect(named.headers.get('cache-control')).toContain('immutable');
  });

  it('never passes a package for another content that was asked for', async () => {
    await built();
    expect((await get(`/packages/${DEB}?sha256=${'0'.repeat(64)}`)).status).toBe(404);
  });

  it('sees at once that packages were built anew', async () => {
    expect((await get('/packages/SHA256SUMS')).status).toBe(404);
    await built();
    expect((await get('/packages/SHA256SUMS')).status).toBe(200);
  });
});

describe('serveInstallScript', () => {
  it("has the hub's address in it as one word, whatever is in the address", async () => {
    const answer = await get('/install.sh');
    expect(answer.headers.get('content-type')).toContain('text/x-shellscript');
    const script = await answer.text();
    const line = /^HUB=.*$/m.exec(script)![0];
    const seen = execFileSync('sh', ['-c', `${line}; printf %s "$HUB"`], { encoding: 'utf8' });
    expect(seen).toBe("https://hub.example.org/it's");
  });

  it('does nothing when the download was cut off', async () => {
    const script = await (await get('/install.sh')).text();
    const end = script.lastIndexOf('main "$@"');
    for (let length = end; length > 0; length -= 150) {
      const input = script.slice(0, length);
      const { stdout, stderr } = spawnSync('/bin/sh', ['-s'], { input, encoding: 'utf8', env: { PATH: '' } });
      expect(stdout).toBe('');
      // The whole script says something before it does anything.
      expect(stderr).not.toContain('tocsin');
    }
  });
});
