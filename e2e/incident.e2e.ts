import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './pages/app.js';
import { OWNER } from './support/api.js';
import { record } from './support/figures.js';
import { heard, tapSocket } from './support/socket-tap.js';
import { Stage } from './support/stage.js';

const FOR_SECONDS = 1;
const RULE = 'This machine is busy';

let stage: Stage;
let app: App;
let load: ChildProcess[] = [];

beforeAll(async () => {
  stage = await Stage.open();
  app = await stage.newApp();
  await tapSocket(app.page);
  await app.open('/incidents');
  await app.signIn();
});

afterAll(async () => {
  stopLoad();
  await stage?.close();
});

/** A busy loop on each core; each ends by itself after a minute at the latest. */
function startLoad(): void {
  const loop = 'const end = Date.now() + 60_000; while (Date.now() < end);';
  load = cpus().map(() => spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }));
}

function stopLoad(): void {
  for (const child of load) child.kill('SIGKILL');
}

it('a busy loop opens an incident that is seen, acknowledged and resolved without a reload', async () => {
  const { host } = await stage.startHost('busy');
  const rule = await stage.api.createRule({
    ...{ name: RULE, enabled: true, metric: 'cpu.usage', hostIds: [host.id], comparison: '>', firesAt: 95 },
    ...{ forSeconds: FOR_SECONDS, keepFiringSeconds: 2, severity: 'critical' },
  });

  startLoad();
  const { at, message } = await heard(app.page, 'incident', { ruleId: rule.id, status: 'open' }, 30_000);
  record(
    `CPU condition held for ${FOR_SECONDS} s → incident at the page, ms`,
    at - (message.since + FOR_SECONDS * 1000),
  );
  const incident = app.incident(RULE);
  await incident.waitFor();
  expect(await incident.innerText()).toContain('busy');

  await incident.getByRole('button', { name: 'Acknowledge' }).click();
  await incident.getByText(OWNER.name).waitFor();

  stopLoad();
  await heard(app.page, 'incident', { id: message.id, status: 'resolved' }, 30_000);
  await app.page.getByRole('region', { name: 'Resolved' }).getByText(RULE).waitFor();
  expect(app.faults).toEqual([]);
});
