import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { barriersOn } from './support/barriers.js';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');

let stage: Stage;
let app: App;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.startHost('watched');
  app = await stage.signedIn({ viewport: { width: 360, height: 800 }, reducedMotion: 'reduce' });
  await app.card('watched').getByText('Online').waitFor();
  await mkdir(FOLDER, { recursive: true });
});

afterAll(() => stage?.close());

const picture = (name: string) =>
  app.page.screenshot({ path: join(FOLDER, `${name}-360x800.png`), fullPage: true });

it('says who is told, and takes a policy with steps, on a small screen', async () => {
  const { page } = app;
  await app.open('/rules');
  await page.getByRole('link', { name: 'Who is told' }).click();
  await page.getByText(/^Tells of critical or warning incidents: at once every owner/).waitFor();
  expect(await page.getByRole('button', { name: /^Delete/ }).count(), 'the only one stays').toBe(0);
  await picture('policies');
  expect(await barriersOn(app.page)).toEqual([]);

  await page.getByRole('button', { name: 'New policy' }).click();
  const dialog = page.getByRole('dialog', { name: 'New policy' });
  await dialog.getByLabel('Name').fill('Nights');
  await dialog.getByRole('checkbox', { name: 'Warning' }).uncheck();
  await dialog.getByRole('button', { name: 'Add a step' }).click();
  const second = dialog.getByRole('group', { name: 'Step 2' });
  await second.getByLabel(/^After so many minutes/).fill('0');
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await dialog.getByText(/must come later than the step before it/).waitFor();
  await second.getByLabel(/^After so many minutes/).fill('5');
  await dialog.getByText(/after 5 min without acknowledgement every owner/).waitFor();
  await picture('policy-form');
  expect(await barriersOn(app.page)).toEqual([]);
  const { scrollWidth, clientWidth } = await dialog.evaluate((e) => ({
    scrollWidth: e.scrollWidth,
    clientWidth: e.clientWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await dialog.waitFor({ state: 'detached' });

  const names = async () => page.getByRole('main').locator('li strong').allTextContents();
  expect(await names()).toEqual(['Nights', 'Everybody who can act']);
  await page.getByRole('button', { name: 'Ask Everybody who can act earlier' }).click();
  await expect.poll(names).toEqual(['Everybody who can act', 'Nights']);
  await page.getByRole('switch', { name: 'Nights enabled' }).click();
  await expect
    .poll(() => page.getByRole('switch', { name: 'Nights enabled' }).getAttribute('aria-checked'))
    .toBe('false');
  await page.getByRole('button', { name: 'Delete Nights' }).click();
  await page.getByRole('button', { name: 'Delete policy' }).click();
  await expect.poll(names).toEqual(['Everybody who can act']);
  // What the hub refused is all that the browser complains of.
  expect(app.faults).toEqual([expect.stringContaining('status of 400')]);
});
