import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { ROOT } from '../support/places.js';
import { documented } from './harness/documented.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';

const FILES = ['report.sh', 'tocsin-report.service', 'tocsin-report.timer'];
/** The timer fires each minute, up to half a minute later, and the report takes a moment. */
const FIRST_REPORT_MS = 100_000;

let hub: Hub;
let api: Api;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
});

afterAll(() => hub?.remove());

it('a host without an agent reports each minute by the documented timer', async () => {
  const host = await RealHost.create('delta', 4);
  await host.boot();
  const { host: added, key } = await api.createHost('delta');
  for (const file of FILES) {
    await host.write(
      `/root/docs/examples/${file}`,
      await readFile(join(ROOT, 'docs/examples', file), 'utf8'),
    );
  }
  const live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  await live.watchHost(added.id);

  const online = live.status(added.id, 'online', FIRST_REPORT_MS);
  const reported = live.next('frame', ({ hostId }) => hostId === added.id, FIRST_REPORT_MS);
  const commands = await documented('api.md', 'Once a minute by systemd', { hub: hub.url, key: key.key });
  await host.run('bash', '-ec', `cd /root && ${commands}`);
  await online;
  const { frame } = (await reported).message;
  expect(frame).toMatchObject({
    cpu: { usage: expect.any(Number) },
    ram: { usage: expect.any(Number) },
    disks: expect.arrayContaining([{ mount: '/', usage: expect.any(Number) }]),
  });

  for (const [order, state] of [
    ['start', 'active'],
    ['stop', 'inactive'],
  ] as const) {
    await host.run('systemctl', order, 'nginx');
    const next = live.next('frame', ({ hostId }) => hostId === added.id, FIRST_REPORT_MS);
    // As cron does it: the bus of these small hosts does not know dynamic users.
    const environment = [`TOCSIN_HUB=${hub.url}`, 'TOCSIN_KEY_FILE=/etc/tocsin/key'];
    await host.run('env', ...environment, '/usr/local/bin/tocsin-report', 'nginx');
    expect((await next).message.frame.services).toEqual([{ name: 'nginx', state }]);
  }

  expect(await host.run('journalctl', '--no-pager', '--unit=tocsin-report')).not.toContain(key.key);
  expect(await host.run('systemctl', 'show', '--property=DynamicUser', 'tocsin-report')).toContain('yes');
  live.close();
}, 300_000);
