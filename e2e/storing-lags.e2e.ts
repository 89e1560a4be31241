import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const SIZES = [
  { width: 360, height: 800, colorScheme: 'light' },
  { width: 1440, height: 900, colorScheme: 'dark' },
] as const;
const FOLDER = join(ROOT, 'test-results/screenshots');

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.startHost('web-1', ['--simulate']);
  await mkdir(FOLDER, { recursive: true });
});
afterAll(() => stage?.close());

it.each(SIZES)(
  'people are told while the database does not keep up, on $width × $height',
  async ({ colorScheme, ...viewport }) => {
    const app = await stage.newApp({ viewport, colorScheme });
    const { page } = app;
    await app.open();
    await app.signIn();
    await app.card('web-1').getByText('Online').waitFor();
    const told = page.getByRole('status').filter({ hasText: 'does not keep up' });
    expect(await told.count()).toBe(0);

    const mongod = await stage.hub.mongodPid();
    process.kill(mongod, 'SIGSTOP');
    try {
      await told.waitFor({ timeout: 20_000 });
      await page.screenshot({ path: join(FOLDER, `storing-lags-${viewport.width}.png`) });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wider).toBe(false);
    } finally {
      process.kill(mongod, 'SIGCONT');
    }
    await told.waitFor({ state: 'detached', timeout: 30_000 });
    expect(app.faults).toEqual([]);
    await page.context().close();
  },
);
