import { afterAll, beforeAll, it } from 'vitest';
import { changes } from './pages/app.js';
import { Stage } from './support/stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage?.close());

it('a page says that the hub is gone, and catches up when it returns', async () => {
  await stage.startHost('steady');
  const app = await stage.signedIn();
  const card = app.card('steady');
  await card.getByText('Online').waitFor();

  await stage.hub.stop();
  await app.connectionLost.waitFor();
  await card.waitFor();

  await stage.hub.start();
  await app.connectionLost.waitFor({ state: 'detached', timeout: 30_000 });
  await card.getByText('Online').waitFor({ timeout: 30_000 });
  await changes(app.value(card, 'CPU'));
});

it('without a network the app opens, and says what is missing', async () => {
  const app = await stage.signedIn();
  await app.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await app.page.reload();
  await app.heading('Hosts').waitFor();
  await app.page.context().setOffline(true);
  await app.page.reload();
  await app.page
    .getByText(/no connection to the hub/i)
    .first()
    .waitFor();
});
