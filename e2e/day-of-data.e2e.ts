import { LIMITS } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { changes } from './pages/app.js';
import { AgentClient } from './support/agent-client.js';
import { Api, type CreatedHost } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Stage } from './support/stage.js';

const DAY_S = 86_400;
const LOOK_MS = 5000;

let stage: Stage;
let created: CreatedHost;

beforeAll(async () => {
  stage = await Stage.open();
  created = await stage.api.createHost('a day old');
});

afterAll(() => stage?.close());

it('takes a day of frames from an agent that could not reach the hub', async () => {
  const client = new AgentClient(stage.hub.url, created.key.key);
  await client.welcomed();
  const began = Date.now();
  for (let second = DAY_S; second > 0; second--) {
    client.keep(50 + 45 * Math.sin(second / 3000), began - second * 1000);
  }
  for (let at = 0; at < DAY_S; at += LIMITS.batchFrames) {
    const due = began + ((at - LIMITS.backlogBurst / 2) / LIMITS.backlogPerSecond) * 1000;
    await vi.waitUntil(() => Date.now() >= due, { timeout: 10_000, interval: 10 });
    const frames = client.frames.slice(at, at + LIMITS.batchFrames);
    client.socket.emit('frames', { bootId: client.bootId, frames });
  }
  await vi.waitFor(() => expect(client.acknowledged.size).toBe(DAY_S), { timeout: 60_000, interval: 50 });
  expect(client.refusals).toEqual([]);
  record('a day of frames at the rate that is allowed → all acknowledged, ms', Date.now() - began);
  client.close();
}, 180_000);

it('answers what that day was like, after a restart too', async () => {
  await stage.hub.stop();
  await stage.hub.start();
  const api = await Api.signIn(stage.hub.url);
  const to = Date.now();
  const took: number[] = [];
  while (took.length < 11) {
    const asked = performance.now();
    const { series } = await api.history({
      ...{ host: created.host.id, metric: 'cpu.usage', points: '300' },
      ...{ from: `${to - DAY_S * 1000}`, to: `${to}` },
    });
    took.push(performance.now() - asked);
    expect(series[0]!.avg.filter((value) => value !== null).length).toBeGreaterThan(250);
  }
  record('history of a day in 300 points, warm, ms', spread(took.slice(1)));
});

it('draws that day smoothly while live values arrive', async () => {
  stage.startAgent(created);
  const app = await stage.signedIn();
  const { page } = app;
  await app.card('a day old').getByText('Online').waitFor();
  await app.card('a day old').getByRole('link').click();
  await page.getByRole('radio', { name: '24 h', exact: true }).check();
  await page.locator('canvas').first().waitFor();
  await changes(app.panel('CPU').getByRole('listitem').first());

  const pauses = await page.evaluate(
    (lookMs) =>
      new Promise<number[]>((resolve) => {
        const pauses: number[] = [];
        let began: number | undefined;
        let last = 0;
        const look = (now: number) => {
          if (began !== undefined) pauses.push(now - last);
          began ??= now;
          last = now;
          if (now - began < lookMs) requestAnimationFrame(look);
          else resolve(pauses);
        };
        requestAnimationFrame(look);
      }),
    LOOK_MS,
  );
  record('pause between two pictures of the page, a day drawn, ms', spread(pauses));
  expect(app.faults).toEqual([]);
});
