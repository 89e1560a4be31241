import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { OWNER } from './support/api.js';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');

let stage: Stage;
let app: App;

beforeAll(async () => {
  stage = await Stage.open();
  app = await stage.signedIn({ viewport: { width: 360, height: 800 } });
  await app.addHost('watched');
  await mkdir(FOLDER, { recursive: true });
});

afterAll(() => stage?.close());

it('shows who did what, as far as it is asked for, and gives it as a file', async () => {
  const { page } = app;
  await app.open('/account');
  await page.getByRole('link', { name: 'Open the audit log' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: 'hosts.create' });
  await entry.getByText('watched').first().waitFor();
  expect(await entry.innerText()).toContain(OWNER.name);
  await entry.locator('summary').click();
  await entry.getByRole('term').filter({ hasText: 'name' }).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(FOLDER, `audit-entry-${colorScheme}-360x800.png`), fullPage: true });
  }

  await page.getByRole('combobox', { name: 'About', exact: true }).selectOption('Signing in');
  await entry.waitFor({ state: 'detached' });
  await page.getByText('auth.login').first().waitFor();
  await page.getByRole('combobox', { name: 'About', exact: true }).selectOption('Retention');
  await page.getByText('Nothing fits').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByRole('combobox', { name: 'Who', exact: true }).selectOption(OWNER.name);
  await entry.waitFor();

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^audit_\d{4}-\d\d-\d\d\.csv$/);
  expect(await readFile(await file.path(), 'utf8')).toContain(',hosts.create,watched,');
  expect(app.faults).toEqual([]);
});
