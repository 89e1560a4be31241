import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CDPSession } from 'playwright-core';
import type { App } from './pages/app.js';
import { record } from './support/figures.js';
import { Stage } from './support/stage.js';

/** JavaScript of a first load, in bytes after gzip. */
const FIRST_LOAD_LIMIT = 150_000;

let stage: Stage;
let app: App;
let devtools: CDPSession;

beforeAll(async () => {
  stage = await Stage.open();
  app = await stage.signedIn();
  devtools = await app.page.context().newCDPSession(app.page);
});

afterAll(() => stage?.close());

it('the browser finds nothing that keeps the app from being installed', async () => {
  await app.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A test profile is like a private window, from which no app is installed whatever it has.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

it('the manifest names the app, its start and icons for every use', async () => {
  const { errors, data } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data!) as { icons: { src: string; sizes: string; purpose?: string }[] };
  expect(manifest).toMatchObject({ name: 'Tocsin', start_url: expect.any(String), display: 'standalone' });
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  expect(manifest.icons.some(({ purpose }) => purpose?.includes('maskable'))).toBe(true);
  for (const { src } of manifest.icons) {
    const icon = await fetch(new URL(src, stage.hub.url));
    expect(icon.headers.get('content-type')).toMatch(/^image\//);
  }
});

it('a first load takes less than 150 kB of JavaScript', async () => {
  const fresh = await stage.newApp({ serviceWorkers: 'block' });
  const scripts: Promise<number>[] = [];
  fresh.page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await fresh.open();
  await fresh.signIn();
  await fresh.heading('Hosts').waitFor();
  const total = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  record('JavaScript of a first load up to the overview, bytes gzip', total);
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThan(FIRST_LOAD_LIMIT);
});
