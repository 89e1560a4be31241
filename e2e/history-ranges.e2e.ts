import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { App } from './pages/app.js';
import { AgentClient } from './support/agent-client.js';
import type { CreatedHost } from './support/api.js';
import { Stage } from './support/stage.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PEAK = 97;

let stage: Stage;
let created: CreatedHost;
let app: App;
const began = Date.now();
const peakAt = began - 2 * HOUR;
const gap = { from: began - 90 * MINUTE, to: began - 60 * MINUTE };

beforeAll(async () => {
  stage = await Stage.open();
  created = await stage.api.createHost('web-1');
  const agent = new AgentClient(stage.hub.url, created.key.key);
  for (let t = began - 3 * HOUR; t < began; t += 10 * SECOND) {
    if (t >= gap.from && t < gap.to) continue;
    agent.keep(t === peakAt ? PEAK : 20, t);
  }
  await agent.welcomed();
  await vi.waitFor(() => expect(agent.unacknowledged).toEqual([]), 30_000);
  agent.close();
});
beforeEach(async () => {
  app = await stage.signedIn({ acceptDownloads: true });
});
afterEach(async () => {
  expect(app.faults).toEqual([]);
  await app.page.context().close();
});
afterAll(() => stage?.close());

const range = (name: string) => app.page.getByRole('radio', { name, exact: true });
const status = (text: RegExp) => app.page.getByRole('status').filter({ hasText: text });
const openHost = (search = '') => app.open(`/hosts/${created.host.id}${search}`);

interface Row {
  time: string;
  metric: string;
  min: number;
  avg: number;
  max: number;
}

/** What is saved by a choice of the export menu. */
async function exported(choice: 'CSV' | 'NDJSON'): Promise<{ name: string; text: string }> {
  await app.page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    app.page.waitForEvent('download'),
    app.page.getByRole('button', { name: choice }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

it('asks once for all charts of a range, and keeps the range in the address', async () => {
  await openHost();
  await status(/^\s*Last 5 minutes/).waitFor();
  const asked: string[] = [];
  app.page.on('request', (request) => {
    if (request.url().includes('/history'))
      asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  await range('6 h').check();
  await status(/Last 6 hours: averages of 30 s/).waitFor();
  expect(asked).toEqual(['POST /api/v1/history/batch']);
  expect(new URL(app.page.url()).search).toBe('?range=6h');
  await app.page.getByRole('img', { name: 'CPU, last 6 hours' }).waitFor();

  await app.page.reload();
  await status(/Last 6 hours/).waitFor();
  expect(await range('6 h').isChecked()).toBe(true);
  await range('Live').check();
  await status(/Last 5 minutes/).waitFor();
  expect(new URL(app.page.url()).search).toBe('');
});

it('goes through the ranges with the arrow keys, up to a year', async () => {
  await openHost('?range=24h');
  await status(/Last 24 hours/).waitFor();
  await range('24 h').focus();
  for (const [name, title] of [
    ['7 d', /Last 7 days: averages of 20 min/],
    ['30 d', /Last 30 days: averages of 1 h/],
    ['90 d', /Last 90 days: averages of 1 d/],
    ['1 y', /Last year: averages of 1 d/],
  ] as const) {
    await app.page.keyboard.press('ArrowRight');
    await status(title).waitFor();
    expect(await range(name).isChecked()).toBe(true);
    await app.panel('CPU').locator('canvas').waitFor();
  }
});

it('exports what is shown, with the peaks and without what was not measured', async () => {
  await openHost('?range=6h');
  await status(/Last 6 hours/).waitFor();
  const ndjson = await exported('NDJSON');
  expect(ndjson.name).toMatch(/^web-1_\d{8}T\d{6}Z_\d{8}T\d{6}Z\.ndjson$/);
  const rows = ndjson.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row)
    .filter(({ metric }) => metric === 'cpu.usage');
  // Three hours in steps of half a minute, but for half an hour and the edges.
  expect(rows.length).toBeGreaterThan(298);
  expect(rows.length).toBeLessThan(304);
  const peak = rows.filter(({ max }) => max === PEAK);
  expect(peak.map(({ time }) => time)).toEqual([
    new Date(Math.floor(peakAt / (30 * SECOND)) * 30 * SECOND).toISOString(),
  ]);
  expect(peak[0]).toMatchObject({ min: 20 });
  // A step that reaches over an end of the gap has values.
  const inGap = rows.filter(
    ({ time }) => Date.parse(time) >= gap.from && Date.parse(time) + 30 * SECOND <= gap.to,
  );
  expect(inGap).toEqual([]);

  const csv = await exported('CSV');
  expect(csv.name).toMatch(/\.csv$/);
  const [head, ...lines] = csv.text.trimEnd().split('\r\n');
  expect(head).toBe('time,metric,instance,min,avg,max');
  expect(lines).toContain(`${peak[0]!.time},cpu.usage,,20,${peak[0]!.avg},${PEAK}`);
});

it('closes the export menu with Escape and when it is left', async () => {
  await openHost();
  const opener = app.page.getByRole('button', { name: 'Export', exact: true });
  const choice = app.page.getByRole('button', { name: 'NDJSON' });
  await opener.click();
  await choice.focus();
  await app.page.keyboard.press('Escape');
  await choice.waitFor({ state: 'detached' });
  expect(await opener.evaluate((node) => node === document.activeElement)).toBe(true);
  await opener.click();
  await choice.waitFor();
  await range('1 h').focus();
  await choice.waitFor({ state: 'detached' });
});

it('keeps what it shows when a range cannot be read, says why, and tries again', async () => {
  await openHost('?range=6h');
  await status(/Last 6 hours/).waitFor();
  await app.page.getByRole('img', { name: 'CPU, last 6 hours' }).waitFor();
  const busy = { code: 'too_many_requests', message: 'Too many queries.' };
  await app.page.route('**/history/batch', (route) => route.fulfill({ status: 429, json: busy }));
  await range('24 h').check();
  await status(/could not be read: Too many queries\./).waitFor();
  await app.page.getByRole('img', { name: 'CPU, last 6 hours' }).waitFor();
  await app.page.unroute('**/history/batch');
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await status(/Last 24 hours/).waitFor();
  await app.page.getByRole('img', { name: 'CPU, last 24 hours' }).waitFor();
  app.faults.splice(0, app.faults.length, ...app.faults.filter((fault) => !fault.includes('429')));
});
