import { createServer, type Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PushBrowser } from '../server/test/push-browser.js';
import type { App } from './pages/app.js';
import { barriersOn } from './support/barriers.js';
import { record } from './support/figures.js';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');
const WITHIN = { timeout: 20_000 };

/** Chromium cannot subscribe without Google: what the hub seals for this stand-in of it is given to its worker by CDP. */
let phone: PushBrowser;
let service: Server;
const sealed: { at: number; body: Buffer }[] = [];
let arrived: () => void = () => {};
let stage: Stage;
let app: App;
let laptop: App;
let cdp: CDPSession;
let registrationId: string;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  service = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      sealed.push({ at: Date.now(), body: Buffer.concat(parts) });
      response.writeHead(201).end();
      arrived();
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  stage = await Stage.open({ TOCSIN_PRIVATE_NETWORKS: 'true', TOCSIN_PUSH_SERVICES: origin });
  phone = new PushBrowser(`${origin}/push/1`, 'Chrome on Android');
  await stage.api.saveDevice(phone.subscription);
  app = await stage.signedIn({
    viewport: { width: 360, height: 800 },
    permissions: ['notifications'],
    reducedMotion: 'reduce',
  });
  laptop = await stage.signedIn({ viewport: { width: 1440, height: 900 } });
  await app.page.evaluate(() => navigator.serviceWorker.ready);
  cdp = await app.page.context().newCDPSession(app.page);
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  registrationId = await registered;
});
afterAll(async () => {
  await stage?.close();
  service?.closeAllConnections();
  service?.close();
});

/** Hands the newest message to the worker, once there are so many. */
async function deliver(count: number): Promise<void> {
  while (sealed.length < count) await new Promise<void>((resolve) => (arrived = resolve));
  const data = JSON.stringify(phone.open(sealed[count - 1]!.body));
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: stage.hub.url, registrationId, data });
}

/** What is on the screen of the phone. */
const shown = () =>
  app.page.evaluate(async () => {
    const all = await (await navigator.serviceWorker.ready).getNotifications();
    return all.map(({ title, tag, requireInteraction, silent }) => ({
      title,
      tag,
      requireInteraction,
      silent,
    }));
  });

/** Presses a button of the notification that is there, as the system tells the worker. */
async function press(action: string): Promise<void> {
  const [worker] = app.page.context().serviceWorkers();
  await worker!.evaluate(`(async () => {
    const [notification] = await self.registration.getNotifications();
    const init = { notification, action: ${JSON.stringify(action)} };
    self.dispatchEvent(new NotificationEvent('notificationclick', init));
  })()`);
}

it('an alarm is on the phone, acknowledged there signed out, and at once on another screen', async () => {
  const { host } = await stage.startHost('noisy');
  await laptop.open('/incidents');
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
  await deliver(1);
  await expect
    .poll(shown, WITHIN)
    .toMatchObject([{ title: 'Critical: noisy – Always', requireInteraction: true, silent: false }]);
  await app.open('/account');
  await app.page.getByRole('button', { name: 'Sign out' }).click();
  await app.page.getByLabel('Password').waitFor();
  const pressedAt = Date.now();
  await press('acknowledge');
  await laptop.page
    .getByText(/acknowledged by Ada Owner/)
    .first()
    .waitFor();
  record('press in a notification → acknowledged on another screen, ms', Date.now() - pressedAt);
  await deliver(2);
  await expect
    .poll(shown, WITHIN)
    .toMatchObject([{ title: 'Acknowledged: noisy – Always', requireInteraction: false, silent: true }]);
});

it('says so when an acknowledgement is refused', async () => {
  const [{ id }] = await stage.api.devices();
  await stage.api.removeDevice(id);
  const payload = phone.open(sealed[0]!.body);
  const data = JSON.stringify(payload);
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: stage.hub.url, registrationId, data });
  await expect.poll(shown, WITHIN).toMatchObject([{ title: 'Critical: noisy – Always' }]);
  await press('acknowledge');
  await expect.poll(shown, WITHIN).toMatchObject([{ title: 'Not acknowledged' }]);
});

it('shows devices and how to turn them on, on a small screen', async () => {
  await stage.api.saveDevice(phone.subscription);
  await app.open();
  await app.signIn();
  await app.open('/account');
  const panel = app.page.getByRole('region', { name: 'Alerts on your devices' });
  await panel.getByText('Chrome on Android').waitFor();
  await panel.getByRole('button', { name: 'Turn on alerts here' }).waitFor();
  await panel.getByRole('button', { name: 'Test Chrome on Android' }).click();
  await panel.getByText('Sent to Chrome on Android. It is there in a moment.').waitFor();
  await app.page.screenshot({ path: join(FOLDER, 'devices-360x800.png'), fullPage: true });
  expect(await barriersOn(app.page)).toEqual([]);
  await panel.getByRole('button', { name: 'Remove Chrome on Android' }).click();
  await panel.getByText('Chrome on Android').waitFor({ state: 'detached' });
});
