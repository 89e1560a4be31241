// Draws the PNG icons from icon.svg with a Chromium that is installed: node pwa/scripts/draw-icons.mjs
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const folder = new URL('../public/icons/', import.meta.url);
const BACKGROUND = '#14161a';

/** `inset` is the share of the edge that systems may cut off: masks, and the rounding of iOS. */
const icons = [
  { name: 'icon-192.png', size: 192 },
  { name: 'icon-512.png', size: 512 },
  { name: 'maskable-192.png', size: 192, inset: 0.1 },
  { name: 'maskable-512.png', size: 512, inset: 0.1 },
  { name: 'apple-touch-icon.png', size: 180, inset: 0 },
];

const svg = await readFile(new URL('icon.svg', folder), 'utf8');
const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
for (const { name, size, inset } of icons) {
  const filled = inset !== undefined;
  const drawn = size * (1 - 2 * (inset ?? 0));
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;${filled ? `background:${BACKGROUND}` : ''}">
      <img src="${image}" width="${drawn}" height="${drawn}">`,
  );
  await page.locator('img').evaluate((element) => element.decode());
  await page.screenshot({ path: new URL(name, folder).pathname, omitBackground: !filled });
}
await browser.close();
