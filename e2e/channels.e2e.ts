import { createServer, type Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { barriersOn } from './support/barriers.js';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');

const WITHIN = { timeout: 20_000 };

let stage: Stage;
let app: App;
let server: Server;
let url: string;
/** What came, and what is answered. */
const titles: string[] = [];
let status = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      titles.push((JSON.parse(text) as { title: string }).title);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  stage = await Stage.open({ TOCSIN_PRIVATE_NETWORKS: 'true' });
  app = await stage.signedIn({ viewport: { width: 360, height: 800 }, reducedMotion: 'reduce' });
  await mkdir(FOLDER, { recursive: true });
});

afterAll(async () => {
  await stage?.close();
  server?.close();
});

const picture = (name: string) =>
  app.page.screenshot({ path: join(FOLDER, `${name}-360x800.png`), fullPage: true });

it('takes a channel, tests it, and shows what it could not deliver, on a small screen', async () => {
  const { page } = app;
  await app.open('/rules');
  await page.getByRole('link', { name: 'Channels' }).click();
  await page.getByText('No channels yet').waitFor();
  await picture('channels-empty');
  expect(await barriersOn(app.page)).toEqual([]);

  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'New channel' });
  await dialog.getByLabel('Service').selectOption('Webhook');
  await dialog.getByLabel('Name').fill('Night shift');
  await dialog.getByLabel('Address').fill('nowhere');
  await dialog.getByRole('button', { name: 'Save channel' }).click();
  await dialog.getByText(/must begin with https/).waitFor();
  await dialog.getByLabel('Address').fill(url);
  await picture('channel-form');
  expect(await barriersOn(app.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save channel' }).click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Test Night shift' }).click();
  await page.getByText('Night shift took the test. Look whether it is there.').waitFor();
  expect(titles).toEqual(['Test from Tocsin']);
  status = 403;
  await page.getByRole('button', { name: 'Test Night shift' }).click();
  await page.getByText(/did not take the test: It answered 403/).waitFor();
  await page.getByText(/^Failed .*It answered 403/).waitFor();
  await picture('channels');
  expect(await barriersOn(app.page)).toEqual([]);
});

it('is told of an incident by a policy, which says how far that is, and can be told again', async () => {
  const { page } = app;
  await app.open('/policies');
  await page.getByRole('button', { name: /^Edit/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit policy' });
  await dialog.getByLabel('Night shift').check();
  await dialog.getByText(/at once every owner, .*Night shift/).waitFor();
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await dialog.waitFor({ state: 'detached' });

  const { host } = await stage.startHost('noisy');
  await stage.api.createRule({
    ...{
      name: 'Always',
      enabled: true,
      metric: 'ram.usage',
      hostIds: [host.id],
      comparison: '>',
      firesAt: 0,
    },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' },
  });
  await expect.poll(() => titles.at(-1), WITHIN).toBe('Critical: noisy – Always');
  await app.open('/channels');
  const failed = page.getByRole('region', { name: 'Not delivered' });
  await failed.getByText(/Night shift: not delivered: It answered 403/).waitFor();
  await picture('channels-undelivered');
  expect(await barriersOn(app.page)).toEqual([]);
  status = 200;
  await failed.getByRole('button', { name: 'Send again: noisy: Always' }).click();
  await page.getByText('It is on its way again.').waitFor();
  await expect
    .poll(() => titles.filter((title) => title === 'Critical: noisy – Always').length, WITHIN)
    .toBe(2);
  await failed.getByRole('link', { name: 'noisy: Always' }).first().click();
  await page.getByText(/^Told: Night shift, delivered after/).waitFor();
  await picture('incident-delivered');
});
