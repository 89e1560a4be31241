import { cpus } from 'node:os';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Api } from '../support/api.js';
import { record } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { type Enrolled, enrol, makeBusy } from './harness/fleet.js';
import { NETWORK } from './harness/places.js';

let hub: Hub;
let api: Api;
let live: LiveClient;
let alpha: Enrolled;
let beta: Enrolled;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  alpha = await enrol(api, hub.url, 'alpha', 1);
  beta = await enrol(api, hub.url, 'beta', 2);
});

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

const overview = async () => {
  const { hosts } = await live.watchOverview();
  return new Map(hosts.map((host) => [host.id, host]));
};

it('two hosts appear beside each other, each with its own key and its own facts', async () => {
  await vi.waitFor(
    async () => {
      const hosts = await overview();
      for (const { id, host } of [alpha, beta]) {
        expect(hosts.get(id)).toMatchObject({
          name: host.name,
          presence: { status: 'online' },
          facts: { hostname: host.name, os: expect.stringContaining('Debian') },
          summary: { services: [{ name: 'nginx', state: 'active' }] },
        });
      }
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(alpha.key.key).not.toBe(beta.key.key);
});

it('a stopped nginx is seen on its own host only, and seen again when it runs', async () => {
  await live.watchHost(alpha.id);
  await live.watchHost(beta.id);
  const nginx = (id: string, state: string) =>
    live.next('frame', ({ hostId, frame }) => hostId === id && frame.services?.[0]?.state === state);

  const stopped = nginx(alpha.id, 'inactive');
  const began = Date.now();
  await alpha.host.run('systemctl', 'stop', 'nginx');
  record('systemctl stop nginx → frame at the page, ms', (await stopped).at - began);
  await nginx(beta.id, 'active');

  const started = nginx(alpha.id, 'active');
  await alpha.host.run('systemctl', 'start', 'nginx');
  await started;
});

it('a pulled cable is noticed within seconds, and what was measured meanwhile arrives later', async () => {
  const silent = live.next(
    'presence',
    ({ hostId, presence }) => hostId === alpha.id && presence.status !== 'online',
  );
  const pulled = Date.now();
  await alpha.host.unplug();
  const { at, message } = await silent;
  record('cable pulled → status turned, ms', at - pulled);
  expect(message.presence.status).toMatch(/^(stale|lost)$/);

  const back = live.status(alpha.id, 'online', 40_000);
  await alpha.host.plugIn();
  const returned = (await back).at;
  record('cable back in → online, ms', returned - at);

  const from = Math.ceil(pulled / 1000) * 1000;
  const to = Math.floor(returned / 1000) * 1000;
  await vi.waitFor(
    async () => {
      const { series } = await api.history({
        ...{ host: alpha.id, metric: 'cpu.usage', from: `${from}`, to: `${to}` },
        points: `${(to - from) / 1000}`,
      });
      expect(series[0]?.avg).not.toContain(null);
    },
    { timeout: 20_000, interval: 500 },
  );
});

it('CPU load on a host opens an incident, which resolves when the load ends', async () => {
  const rule = await api.createRule({
    ...{ name: 'alpha is busy', enabled: true, metric: 'cpu.usage', hostIds: [alpha.id] },
    ...{ comparison: '>', firesAt: 95, forSeconds: 1, keepFiringSeconds: 0, severity: 'warning' },
  });
  const opened = live.next('incident', (i) => i.ruleId === rule.id && i.status === 'open', 30_000);
  const rest = await makeBusy(alpha.host, cpus().length);
  const { at, message } = await opened;
  expect(message).toMatchObject({ hostId: alpha.id, hostName: 'alpha', metric: 'cpu.usage' });
  record('CPU condition held for 1 s → incident at the page, ms', at - (message.since + 1000));

  const resolved = live.next('incident', (i) => i.id === message.id && i.status === 'resolved', 30_000);
  await rest();
  await resolved;
  await api.removeRule(rule.id);
});

it('kill -9 of the agent is noticed at once, and systemd brings it back', async () => {
  const lost = live.status(alpha.id, 'lost');
  const back = live.status(alpha.id, 'online');
  const killed = Date.now();
  await alpha.host.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'tocsin-agent');
  record('kill -9 inside a host → lost, ms', (await lost).at - killed);
  await back;
});

it('a reboot is shown as stopped and why, and the host returns by itself', async () => {
  const stopped = live.status(beta.id, 'stopped');
  await beta.host.goDownForReboot();
  expect((await stopped).message.presence.reason).toContain('reboot');

  const back = live.status(beta.id, 'online');
  await beta.host.boot();
  await back;
});
