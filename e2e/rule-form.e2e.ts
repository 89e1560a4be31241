import { type RulePreview, RULE_TEMPLATES } from '@tocsin/shared';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { barriersOn } from './support/barriers.js';
import { Stage } from './support/stage.js';

const NAME = 'Always ringing';

let stage: Stage;
let app: App;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.startHost('tried');
  app = await stage.signedIn({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
  await app.card('tried').getByText('Online').waitFor();
  await app.open('/rules');
});

afterAll(() => stage?.close());

const sentence = (dialog: Locator, text: string | RegExp) => dialog.getByText(text).waitFor();

it('a rule is begun from a template, told in a sentence, tried on what is stored, and saved, on a small screen', async () => {
  await app.page.getByRole('button', { name: 'New rule' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'New rule' });
  const choose = (label: string, option: string) => dialog.getByLabel(label).selectOption({ label: option });
  const save = dialog.getByRole('button', { name: 'Save rule' });

  for (const { settings } of RULE_TEMPLATES) {
    await choose('Begin with', settings.name);
    await sentence(dialog, /^Rings when /);
    const { scrollWidth, clientWidth } = await dialog.evaluate((e) => ({
      scrollWidth: e.scrollWidth,
      clientWidth: e.clientWidth,
    }));
    expect(scrollWidth, settings.name).toBeLessThanOrEqual(clientWidth);
  }
  await choose('Begin with', 'CPU busy on average');
  await sentence(
    dialog,
    /the average of CPU over 15 min on any host is above 80 %\. Clears at 70 % or below/,
  );
  expect(await barriersOn(app.page)).toEqual([]);

  await choose('Begin with', 'An empty rule');
  await dialog.getByLabel('Name', { exact: true }).fill(NAME);
  await choose('Metric', 'Memory');
  await dialog.getByLabel('Fires at (%)').fill('0');
  await dialog.getByLabel('Must hold for (s)').fill('0');
  await sentence(dialog, /^Rings when Memory on any host is above 0\.0 %\./);

  const answer = app.page.waitForResponse((response) => response.url().endsWith('/rules/preview'));
  await dialog.getByRole('button', { name: 'When would it have rung?' }).press('Enter');
  const preview = (await (await answer).json()) as RulePreview;
  expect(preview).toMatchObject({ series: 1, more: false });
  await dialog.getByText(/It would have rung once|It would not have rung/).waitFor();

  await dialog.getByLabel('Tags').fill('nowhere');
  await dialog.getByText('There is no host that it is about.').waitFor();
  await dialog.getByLabel('Tags').fill('');
  await choose('What is compared', 'Where its trend leads');
  await dialog.getByLabel('Within (h)').fill('4');
  await sentence(dialog, /will be above 0\.0 % within 4 h, by its trend of 10 min,/);
  await dialog.getByLabel('Different on another host').selectOption({ label: 'tried' });
  const different = dialog.getByRole('group', { name: 'On tried' });
  await different.getByLabel('Must hold for (s)').fill('9');
  await different.getByRole('checkbox', { name: 'rings here' }).uncheck();
  await sentence(dialog, /Different on one host\.$/);
  await different.getByRole('button', { name: 'As everywhere on tried' }).click();
  await different.waitFor({ state: 'detached' });
  await dialog.getByLabel('Different on another host').selectOption({ label: 'tried' });
  await different.getByLabel('Must hold for (s)').fill('9');
  expect(await barriersOn(app.page)).toEqual([]);
  await save.press('Enter');

  await dialog.waitFor({ state: 'hidden' });
  await app.page
    .getByRole('listitem')
    .filter({ hasText: NAME })
    .getByText(/within 4 h/)
    .waitFor();
  expect(app.faults).toEqual([]);
});

it('a rule that stands in a file is switched off and changed like any other', async () => {
  await stage.api.fileRules();
  await app.open('/rules');
  const item = app.page.getByRole('listitem').filter({ hasText: NAME });
  await item.getByRole('switch').click();
  await expect.poll(() => item.getByRole('switch').getAttribute('aria-checked')).toBe('false');
  await item.getByRole('button', { name: /^Edit/ }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Edit rule' });
  await dialog.getByRole('button', { name: 'Save rule' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(app.faults).toEqual([]);
});
