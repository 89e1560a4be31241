import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { App, changes } from './pages/app.js';
import { launchBrowser } from './support/browser.js';
import { Hub } from './support/hub.js';
import { ShellCommand } from './support/shell-command.js';

let hub: Hub;
let browser: Browser;
let app: App;
let agent: ShellCommand | undefined;

beforeAll(async () => {
  [hub, browser] = await Promise.all([Hub.start(), launchBrowser()]);
  app = new App(await browser.newPage(), hub.url);
});

afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await hub?.remove();
});

it('the set-up link leads to the owner’s account', async () => {
  await app.createOwner(hub.setupUrl);
  expect(app.page.url()).not.toContain('token');
});

it('the link works once', async () => {
  const { setupUrl } = hub;
  const other = new App(await (await browser.newContext()).newPage(), hub.url);
  await other.page.goto(setupUrl);
  await other.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await other.page.context().close();
});

it('the command that the dialog shows connects this machine, and the dialog says so', async () => {
  const shown = await app.addHost('this machine');
  expect(shown).toContain(hub.url);
  expect(shown).toMatch(/toc_[\w-]{43}/);

  const dialog = app.page.getByRole('dialog');
  await dialog.getByText('Waiting for the host to connect').waitFor();
  agent = new ShellCommand(shown);
  await dialog.getByText('first frame after').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
});

it('real values of this machine move on its card without a reload', async () => {
  const card = app.card('this machine');
  await card.getByText('Online').waitFor();
  // All of them together: on a machine that is busy with tests, CPU alone may stay at 100 %.
  const values = card.locator('dl');
  await changes(values);
  await changes(values);
  expect(await app.value(card, 'CPU').innerText()).toMatch(/\d/);
  expect(await app.value(card, 'Memory').innerText()).toMatch(/\d/);
  expect(await app.value(card, 'Disk').innerText()).toMatch(/\d/);
});

it('the host page draws live graphs, and history on each range', async () => {
  await app.card('this machine').getByRole('link', { name: 'this machine' }).click();
  await app.heading('this machine').waitFor();
  const graph = app.page.locator('canvas').first();
  await graph.waitFor();
  for (const range of ['Live', '1 h', '24 h', '7 d']) {
    await app.page.getByRole('radio', { name: range, exact: true }).click();
    await graph.waitFor();
  }
  expect(app.faults).toEqual([]);
});
