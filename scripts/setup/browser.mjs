import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { giveUp, step } from './terminal.mjs';
import { aptInstall, onPath, runnable } from './programs.mjs';
import { run, ROOT } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function playwrightBrowser() {
  const { chromium } = createRequire(join(ROOT, 'package.json'))('playwright-core');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

const find = () =>
  [process.env.CHROMIUM_PATH].filter(Boolean).find(runnable) ??
  NAMES.map(onPath).find(Boolean) ??
  playwrightBrowser();

async function playwrightInstall() {
  step('Downloading Chromium (playwright)');
  await run('npx', ['playwright-core', 'install', '--only-shell', 'chromium']);
}

/** The Chromium for the browser tests, installed when there is none. */
export async function browser() {
  for (const install of [undefined, () => aptInstall('chromium'), playwrightInstall]) {
    await install?.();
    const path = find();
    if (path) return path;
  }
  return giveUp(
    'The browser tests need Chromium, and none could be found or installed.',
    'Install it (Debian, Ubuntu: sudo apt install chromium) or set CHROMIUM_PATH.',
  );
}
