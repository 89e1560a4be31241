import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { OWNER } from './support/api.js';
import { Stage } from './support/stage.js';

const RULE = 'The processor has a load';

let stage: Stage;
let app: App;

beforeAll(async () => {
  stage = await Stage.open();
  app = await stage.newApp({ timezoneId: 'Europe/Berlin' });
  const { host } = await stage.startHost('db-1', ['--simulate']);
  await stage.api.createRule({
    ...{ name: RULE, enabled: true, metric: 'cpu.usage', hostIds: [host.id], comparison: '>=', firesAt: 0 },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'warning' },
  });
  await app.open('/incidents');
  await app.signIn();
});

afterAll(() => stage?.close());

it('an incident is silenced from its entry, says so, and rings again when the silence is ended', async () => {
  const { page } = app;
  const incident = app.incident(RULE);
  await incident.getByRole('button', { name: `Silence ${RULE} on db-1` }).click();
  const dialog = page.getByRole('dialog', { name: 'New silence' });
  await dialog.getByText(`Silences “${RULE}” on db-1 until`).waitFor();
  await dialog.getByText('1 open incident').waitFor();
  await dialog.getByRole('button', { name: '4 hours' }).click();
  await dialog.getByLabel('Comment').fill('Benchmarks are running');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await incident.getByText(/^Silenced until/).waitFor();

  await app.open('/quiet');
  const silences = page.getByRole('region', { name: 'Silences', exact: true });
  await silences.getByText('Benchmarks are running').waitFor();
  expect(await silences.getByRole('listitem').innerText()).toContain(`by ${OWNER.name}`);
  await silences.getByRole('button', { name: /^End .* now$/ }).click();
  await silences.getByText('Nothing is silenced').waitFor();
  await page
    .getByRole('region', { name: 'Silences that are over' })
    .getByText('Benchmarks are running')
    .waitFor();

  await app.open('/incidents');
  await incident.getByRole('button', { name: /^Silence/ }).waitFor();
  expect(await incident.getByText(/^Silenced until/).count()).toBe(0);
  expect(app.faults).toEqual([]);
});

it('a silence that is over is repeated, changed and told what is wrong with it', async () => {
  const { page } = app;
  await app.open('/quiet');
  await page.getByRole('button', { name: /^Repeat / }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Until').fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.getByText(/endsAt must lie/).waitFor();
  expect(await dialog.getByLabel('Until').getAttribute('aria-invalid')).toBe('true');
  await dialog.getByRole('button', { name: '1 week' }).click();
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  const silences = page.getByRole('region', { name: 'Silences', exact: true });
  await silences.getByRole('button', { name: /^Change / }).click();
  await page.getByRole('dialog').getByLabel('Comment').fill('They take longer');
  await page.getByRole('button', { name: 'Save' }).click();
  await silences.getByText('They take longer').waitFor();
  await silences.getByRole('button', { name: /^End .* now$/ }).click();
  await silences.getByText('Nothing is silenced').waitFor();
  // The browser itself says that a request was refused.
  expect(app.faults.filter((fault) => !fault.includes('400'))).toEqual([]);
  app.faults.length = 0;
});

it('weekly maintenance is planned with a look at when it will be', async () => {
  const { page } = app;
  await app.open('/quiet');
  await page.getByRole('button', { name: 'New window' }).click();
  const dialog = page.getByRole('dialog', { name: 'New maintenance window' });
  await dialog.getByLabel('Name').fill('Updates');
  await dialog.getByLabel('Hosts').selectOption({ label: 'db-1' });
  await dialog.getByLabel('Repeats').selectOption({ label: 'On weekdays' });
  await dialog.getByLabel('Saturday').check();
  await dialog.getByLabel('Begins at').fill('02:30');
  expect(await dialog.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  await dialog
    .getByText('Every Saturday and Sunday at 02:30 (Europe/Berlin), for 2 h: holds back everything on db-1.')
    .waitFor();
  await dialog.getByRole('row').nth(10).waitFor();
  expect(await dialog.getByRole('row').count()).toBe(11);
  for (const row of await dialog.getByRole('row').all()) {
    if ((await row.getByRole('cell').count()) > 0) expect(await row.innerText()).toContain('02:30');
  }
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  await dialog.waitFor({ state: 'detached' });
  const windows = page.getByRole('region', { name: 'Maintenance windows' });
  await windows.getByText('Every Saturday and Sunday at 02:30').waitFor();
  await windows.getByText('Planned', { exact: true }).waitFor();
  expect(app.faults).toEqual([]);
});

it('a host in maintenance says so everywhere, until the window is ended', async () => {
  const { page } = app;
  await page.getByRole('button', { name: 'New window' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('New disks');
  await dialog.getByLabel('Hosts').selectOption({ label: 'db-1' });
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  const windows = page.getByRole('region', { name: 'Maintenance windows' });
  await windows
    .getByRole('listitem')
    .filter({ hasText: 'New disks' })
    .getByText('On', { exact: true })
    .waitFor();

  await app.open('/incidents');
  await app
    .incident(RULE)
    .getByText(/^Maintenance “New disks” until/)
    .waitFor();
  await app.open('/');
  await app.card('db-1').getByText('Maintenance', { exact: true }).waitFor();
  await app.card('db-1').getByRole('link', { name: 'db-1' }).click();
  await app.heading('db-1').waitFor();
  await page
    .locator('.page-head')
    .getByText(/^Maintenance “New disks” until/)
    .waitFor();

  const other = await stage.signedIn();
  await other.card('db-1').getByText('Maintenance', { exact: true }).waitFor();
  await app.open('/quiet');
  await windows.getByRole('button', { name: 'End New disks now' }).click();
  // Without a reload, on every open screen.
  await other.card('db-1').getByText('Maintenance', { exact: true }).waitFor({ state: 'detached' });
  await windows.getByRole('button', { name: 'Delete New disks' }).click();
  await page.getByRole('button', { name: 'Delete window' }).click();
  await windows.getByText('New disks').waitFor({ state: 'detached' });
  expect([...app.faults, ...other.faults]).toEqual([]);
  await other.page.context().close();
});

it('a person’s quiet hours are kept', async () => {
  const { page } = app;
  await app.open('/account');
  const panel = page.getByRole('region', { name: 'Quiet hours' });
  await panel.getByLabel('I have quiet hours').check();
  expect(await panel.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  await panel.getByLabel('Monday').uncheck();
  await panel.getByLabel('From').fill('23:15');
  await panel.getByRole('button', { name: 'Save quiet hours' }).click();
  await panel.getByText('Saved.').waitFor();
  await app.open('/account');
  expect(await panel.getByLabel('From').inputValue()).toBe('23:15');
  expect(await panel.getByLabel('Monday').isChecked()).toBe(false);
  await panel.getByLabel('Time zone').fill('Nowhere');
  await panel.getByRole('button', { name: 'Save quiet hours' }).click();
  await panel.getByText(/timeZone is not a time zone/).waitFor();
});
