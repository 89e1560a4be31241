import { afterAll, beforeAll, expect, it } from 'vitest';
import { saysAt } from './pages/app.js';
import { record, spread } from './support/figures.js';
import { forget, heard, tapSocket } from './support/socket-tap.js';
import { Stage } from './support/stage.js';

const KILLS = 20;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage?.close());

async function tappedApp() {
  const app = await stage.newApp();
  await tapSocket(app.page);
  await app.open();
  await app.signIn();
  return app;
}

it(`a killed agent turns its card in every open browser, ${KILLS} times out of ${KILLS}`, async () => {
  const apps = [await tappedApp(), await tappedApp()];
  const victim = await stage.startHost('victim');
  const hostId = victim.host.id;
  let { agent } = victim;
  const delays: Record<'event' | 'card', number[]> = { event: [], card: [] };

  for (let kill = 0; kill < KILLS; kill++) {
    for (const app of apps) {
      await app.card('victim').getByText('Online').waitFor();
      await forget(app.page);
    }
    const turns = apps.map((app) => saysAt(app.card('victim'), 'Lost'));
    const killed = Date.now();
    await agent.stop('SIGKILL');
    for (const [index, { page }] of apps.entries()) {
      const { at } = await heard(page, 'presence', { hostId, 'presence.status': 'lost' });
      delays.event.push(at - killed);
      delays.card.push((await turns[index]!) - killed);
    }
    agent = stage.startAgent(victim);
  }

  expect(delays.card).toHaveLength(KILLS * apps.length);
  record('kill -9 of an agent → event at each page, ms', spread(delays.event));
  record('kill -9 of an agent → card turned, ms', spread(delays.card));
  for (const app of apps) await app.page.context().close();
  await agent.stop();
});

it('an agent that hangs turns its card within seconds, and returns by itself', async () => {
  const app = await tappedApp();
  const { agent } = await stage.startHost('hanging');
  const card = app.card('hanging');
  await card.getByText('Online').waitFor();
  const turn = saysAt(card, 'Stale');
  const stopped = Date.now();
  agent.signal('SIGSTOP');
  record('kill -STOP of an agent → card turned, ms', (await turn) - stopped);

  const back = saysAt(card, 'Online');
  agent.signal('SIGCONT');
  await back;
  await app.page.context().close();
  await agent.stop();
});

it('an agent that says goodbye is shown as stopped', async () => {
  const app = await tappedApp();
  const { agent } = await stage.startHost('leaving');
  const card = app.card('leaving');
  await card.getByText('Online').waitFor();
  await agent.stop('SIGTERM');
  await card.getByText('Stopped').waitFor();
  await app.page.context().close();
});
