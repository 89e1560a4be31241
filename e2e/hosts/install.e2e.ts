import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { ROOT } from '../support/places.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';

let hub: Hub;
let api: Api;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
});

afterAll(() => hub?.remove());

/** The commands under this sentence of the document, for this hub and this key. */
async function documented(sentence: string, key: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/agent.md'), 'utf8');
  const [, commands] = /```sh\n([^`]*)```/.exec(text.slice(text.indexOf(sentence))) ?? [];
  if (commands === undefined) throw new Error(`docs/agent.md has no commands under "${sentence}"`);
  return commands
    .replaceAll('https://tocsin.example.com', hub.url)
    .replaceAll('toc_…', key)
    .replaceAll('sudo ', '');
}

it('the documented commands install an agent from the hub that systemd keeps running', async () => {
  const host = await RealHost.create('gamma', 3);
  await host.boot();
  await host.run('ln', '-s', '/opt/tocsin/node', '/usr/local/bin/node');
  const { host: added, key } = await api.createHost('gamma');
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();

  const online = live.status(added.id, 'online');
  await host.run('bash', '-ec', await documented('To keep it running', key.key));
  await online;

  expect(await host.run('systemctl', 'show', '--property=User', 'tocsin-agent')).not.toContain('root');
  live.close();
});
