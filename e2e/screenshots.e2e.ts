import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './support/places.js';
import { Stage } from './support/stage.js';

const FOLDER = join(ROOT, 'test-results/screenshots');
const README_PICTURE = join(ROOT, 'docs/images/overview.png');
const SIZES = [
  { width: 360, height: 800 },
  { width: 1440, height: 900 },
];

let stage: Stage;
let hostId: string;

beforeAll(async () => {
  stage = await Stage.open();
  hostId = (await stage.startHost('web-1')).host.id;
  await stage.startHost('db-1', ['--simulate']);
  await mkdir(FOLDER, { recursive: true });
});

afterAll(() => stage?.close());

it.each(SIZES)('every page fits a screen of $width × $height', async (viewport) => {
  const size = `${viewport.width}x${viewport.height}`;
  const picture = (name: string) => join(FOLDER, `${name}-${size}.png`);
  const app = await stage.newApp({ viewport, reducedMotion: 'reduce' });
  const { page } = app;
  const keep = async (name: string) => {
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider, `${name} has to be scrolled sideways`).toBe(false);
    await page.screenshot({ path: picture(name), fullPage: true });
  };

  await app.open();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await keep('sign-in');
  await app.signIn();
  for (const name of ['web-1', 'db-1']) await app.card(name).getByText('Online').waitFor();
  await keep('overview');
  await app.addHost(`added at ${size}`);
  await keep('add-a-host');
  for (const [name, path] of [
    ['host', `/hosts/${hostId}`],
    ['incidents', '/incidents'],
    ['rules', '/rules'],
    ['policies', '/policies'],
    ['channels', '/channels'],
    ['quiet', '/quiet'],
    ['audit', '/audit'],
    ['account', '/account'],
  ] as const) {
    await app.open(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await keep(name);
  }
  expect(app.faults).toEqual([]);
  await page.context().close();
});

// The picture in the README is drawn anew on demand: `UPDATE_SCREENSHOTS=1` and some minutes for its lines.
if (process.env.UPDATE_SCREENSHOTS === '1') {
  it('the picture in the README shows how the overview looks now', async () => {
    for (const name of ['web-2', 'mail-1', 'cache-1']) await stage.startHost(name, ['--simulate']);
    const app = await stage.newApp({ viewport: { width: 1280, height: 560 }, deviceScaleFactor: 1.5 });
    await app.open();
    await app.signIn();
    await app.card('cache-1').getByText('Online').waitFor();
    await app.page.waitForFunction(
      () =>
        [...document.querySelectorAll('svg path:not(.base)')].some(
          (path) => (path.getAttribute('d')?.match(/L/g)?.length ?? 0) > 30,
        ),
      undefined,
      { timeout: 600_000 },
    );
    await mkdir(join(README_PICTURE, '..'), { recursive: true });
    await app.page.screenshot({ path: README_PICTURE });
  }, 700_000);
}
