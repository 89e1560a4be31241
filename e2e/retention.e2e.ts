import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage } from './support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

it('the owner decides for how long history is kept', async () => {
  const app = await stage.newApp();
  const { page } = app;
  await app.open('/account');
  await app.signIn();
  const days = page.getByLabel('Every frame');
  await days.waitFor();
  expect(await days.inputValue()).toBe('30');

  await days.fill('120');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('1m must be kept at least as long').waitFor();
  expect(await page.getByLabel('By the minute').getAttribute('aria-invalid')).toBe('true');

  await days.fill('14');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await days.waitFor();
  expect(await days.inputValue()).toBe('14');
  // The browser itself complains of the answer 400.
  expect(app.faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});
