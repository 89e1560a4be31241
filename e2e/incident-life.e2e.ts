import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { OWNER } from './support/api.js';
import { barriersOn } from './support/barriers.js';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');
const RULES = ['Always one', 'Always two', 'Always three'];

let stage: Stage;
let phone: App;
let laptop: App;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  stage = await Stage.open();
  const { host } = await stage.startHost('noisy');
  for (const [i, name] of RULES.entries()) {
    await stage.api.createRule({
      ...{ name, enabled: true, metric: 'ram.usage', hostIds: [host.id], comparison: '>', firesAt: 0 },
      ...{ forSeconds: 0, keepFiringSeconds: 0, severity: (['info', 'warning', 'critical'] as const)[i]! },
    });
  }
  phone = await stage.signedIn({ viewport: { width: 360, height: 800 }, reducedMotion: 'reduce' });
  laptop = await stage.signedIn({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
});

afterAll(() => stage?.close());

async function isWhole(app: App, name: string): Promise<void> {
  const { page } = app;
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wider, `${name} has to be scrolled sideways`).toBe(false);
  const { width, height } = page.viewportSize()!;
  await page.screenshot({ path: join(FOLDER, `${name}-${width}x${height}.png`), fullPage: true });
  expect(await barriersOn(page), name).toEqual([]);
}

it('shows the worst first and what one person does on the screen of another', async () => {
  await laptop.open('/incidents');
  await phone.open('/incidents');
  const open = laptop.page.getByRole('region', { name: /^Open/ }).getByRole('article');
  await expect.poll(() => open.count()).toBe(3);
  expect((await open.allInnerTexts()).map((text) => /Always \w+/.exec(text)?.[0])).toEqual(
    RULES.toReversed(),
  );
  await phone.incident('Always three').getByRole('link', { name: 'Always three' }).click();
  await phone.page.getByRole('heading', { level: 1, name: 'Always three' }).waitFor();
  await phone.page.getByText(/^Opened at/).waitFor();

  await laptop
    .incident('Always three')
    .getByRole('button', { name: /^Acknowledge/ })
    .click();
  await phone.page
    .getByRole('listitem')
    .filter({ hasText: `Acknowledged · ${OWNER.name}` })
    .waitFor();

  await phone.page.getByLabel('Comment').fill('It is the backup\nagain');
  await phone.page.getByRole('button', { name: 'Comment', exact: true }).click();
  await phone.page.getByRole('listitem').getByText('It is the backup').waitFor();
  await laptop.incident('Always three').getByText('1 comment').waitFor();
  await phone.page.getByLabel('Assigned to').selectOption({ label: `For ${OWNER.name}` });
  await laptop.incident('Always three').getByText(`for ${OWNER.name}`).waitFor();
  await phone.page.getByLabel('Snooze').selectOption({ label: '1 hour' });
  await laptop
    .incident('Always three')
    .getByText(/^Snoozed until/)
    .waitFor();
  await phone.page.getByRole('button', { name: 'End snooze' }).click();
  await phone.page.getByRole('heading', { name: 'The minutes before' }).waitFor();
  await isWhole(phone, 'incident');
});

it('what is resolved by hand though it goes on opens again and says so', async () => {
  const before = (await stage.api.incidents({ status: 'open', q: 'Always three' })).incidents[0]!;
  await phone.page.getByLabel('Comment').fill('Nothing to see');
  await phone.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await phone.page.getByText(/^Resolved by hand/).waitFor();
  await phone.page.getByText('Nothing to see').waitFor();
  await expect
    .poll(async () => (await stage.api.incidents({ status: 'open', q: 'Always three' })).incidents[0])
    .toMatchObject({ reopens: before.id });
  await laptop.incident('Always three').first().waitFor();
});

it('many are chosen and acknowledged at once; the search finds them', async () => {
  const { page } = laptop;
  for (const name of ['Always one', 'Always two']) {
    await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
  }
  await isWhole(laptop, 'incidents-chosen');
  await page.getByRole('button', { name: 'Acknowledge all chosen' }).click();
  for (const name of ['Always one', 'Always two']) {
    await laptop.incident(name).getByText(`acknowledged by ${OWNER.name}`).waitFor();
  }
  await page.getByLabel('Search incidents').fill('always TWO');
  await expect.poll(() => page.getByRole('region', { name: /^Open/ }).getByRole('article').count()).toBe(1);
  await page.getByRole('region', { name: 'Resolved' }).getByText('None like that.').waitFor();
  await page.getByLabel('Search incidents').fill('');
});

it('the keyboard goes through them and acts on one', async () => {
  const { page } = laptop;
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  expect(await focused()).toContain('Always three');
  await page.keyboard.press('a');
  await laptop.incident('Always three').first().getByText(`acknowledged by ${OWNER.name}`).waitFor();
  await page.keyboard.press('j');
  expect(await focused()).toContain('Always two');
  await page.keyboard.press('s');
  await laptop
    .incident('Always two')
    .getByText(/^Snoozed until/)
    .waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('/');
  await page.keyboard.type('one');
  await expect.poll(() => page.getByRole('region', { name: /^Open/ }).getByRole('article').count()).toBe(1);
  await page.getByLabel('Search incidents').press('Escape');
  await page.getByLabel('Search incidents').fill('');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await page.getByRole('heading', { level: 1, name: 'Always three' }).waitFor();
  await isWhole(laptop, 'incident');
  expect([...laptop.faults, ...phone.faults]).toEqual([]);
});
