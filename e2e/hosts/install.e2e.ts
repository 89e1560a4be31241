import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { documented } from './harness/documented.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';

let hub: Hub;
let api: Api;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
});

afterAll(() => hub?.remove());

it('the documented commands install an agent from the hub that systemd keeps running', async () => {
  const host = await RealHost.create('gamma', 3);
  await host.boot();
  await host.run('ln', '-s', '/opt/tocsin/node', '/usr/local/bin/node');
  const { host: added, key } = await api.createHost('gamma');
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();

  const online = live.status(added.id, 'online');
  await host.run(
    'bash',
    '-ec',
    await documented('agent.md', 'To keep it running', { hub: hub.url, key: key.key }),
  );
  await online;

  expect(await host.run('systemctl', 'show', '--property=User', 'tocsin-agent')).not.toContain('root');
  live.close();
});
