import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER } from './support/api.js';
import { Stage } from './support/stage.js';

let stage: Stage;
let hostPath: string;

beforeAll(async () => {
  stage = await Stage.open();
  const { host } = await stage.startHost('reachable');
  hostPath = `/hosts/${host.id}`;
});

afterAll(() => stage?.close());

/** What axe finds that keeps people out, as `rule: element`. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it('nothing keeps people out of the sign-in', async () => {
    const app = await stage.newApp({ colorScheme });
    await app.open();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await barriers(app.page)).toEqual([]);
    await app.page.context().close();
  });

  it('nothing keeps people out of any page', async () => {
    const app = await stage.signedIn({ colorScheme, reducedMotion: 'reduce' });
    await app.card('reachable').getByText('Online').waitFor();
    for (const path of ['/', hostPath, '/incidents', '/rules', '/policies', '/quiet', '/audit', '/account']) {
      await app.open(path);
      await app.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await barriers(app.page), path).toEqual([]);
    }
    await app.open('/quiet');
    for (const [button, what] of [
      ['New silence', 'Only some of their incidents'],
      ['New window', 'Repeats'],
    ] as const) {
      await app.page.getByRole('button', { name: button }).click();
      const dialog = app.page.getByRole('dialog', { name: button.replace('window', 'maintenance window') });
      await dialog.getByLabel('Hosts').selectOption({ label: 'reachable' });
      await dialog.getByText('Only some of their incidents').click();
      await dialog.getByText(what, { exact: true }).waitFor();
      await dialog.getByText('1 host', { exact: true }).waitFor();
      expect(await barriers(app.page), button).toEqual([]);
      await app.page.keyboard.press('Escape');
    }
    await app.open();
    await app.addHost(`added in ${colorScheme}`);
    expect(await barriers(app.page), 'the dialog that adds a host').toEqual([]);
    await app.page.context().close();
  });
});

it('the keyboard alone leads from the sign-in to the page of a host', async () => {
  const { page } = await stage.newApp();
  await page.goto(stage.hub.url);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const press = async (key: string, until: () => Promise<boolean>) => {
    for (let times = 0; times < 40; times++) {
      if (await until()) return;
      await page.keyboard.press(key);
    }
    throw new Error(`${key} did not lead there`);
  };
  const focused = (name: string) => () =>
    page.evaluate((name) => {
      const element = document.activeElement as (HTMLElement & { labels?: NodeListOf<HTMLElement> }) | null;
      const text = element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
      return text.trim() === name;
    }, name);

  await press('Tab', focused('Email'));
  await page.keyboard.type(OWNER.email);
  await press('Tab', focused('Password'));
  await page.keyboard.type(OWNER.password);
  await press('Tab', focused('Sign in'));
  await page.keyboard.press('Enter');
  await page.getByRole('article').first().waitFor();
  await press('Tab', focused('reachable'));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'reachable' }).waitFor();
});
