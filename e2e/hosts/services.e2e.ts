import type { Frame, ServiceReading } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { record, spread } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { type Heard, LiveClient } from '../support/live-client.js';
import { type Enrolled, enrol } from './harness/fleet.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';

let hub: Hub;
let api: Api;
let live: LiveClient;
/** Told what to watch. */
let delta: Enrolled;
/** Told nothing. */
let epsilon: Enrolled;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  const list = 'services: [nginx, sshd, "docker-*", "*.timer"]';
  [delta, epsilon] = await Promise.all([
    enrol(api, hub.url, 'delta', 4, [list]),
    enrol(api, hub.url, 'epsilon', 5, []),
  ]);
  for (const { id } of [delta, epsilon]) await live.watchHost(id);
});

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

type Services = readonly ServiceReading[];

/** The next frame of this host whose services are as they should be. */
const frameWith = ({ id }: Enrolled, fits: (services: Services) => boolean): Promise<Heard<Frame>> =>
  live
    .next('frame', ({ hostId, frame }) => hostId === id && fits(frame.services ?? []))
    .then(({ at, message }) => ({ at, message: message.frame as Frame }));

const named = (services: Services, name: string) => services.find((service) => service.name === name);
const isIn = (name: string, state: string) => (services: Services) => named(services, name)?.state === state;

it('a stopped nginx is at the page within a second, three times out of three', async () => {
  await frameWith(delta, isIn('nginx', 'active'));
  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const stopped = frameWith(delta, isIn('nginx', 'inactive'));
    await delta.host.run('systemctl', 'stop', 'nginx');
    const began = Date.now();
    took.push((await stopped).at - began);
    const started = frameWith(delta, isIn('nginx', 'active'));
    await delta.host.run('systemctl', 'start', 'nginx');
    await started;
  }
  record('nginx is stopped → frame at the page, ms', spread(took));
});

it('an alias is watched like the unit that it stands for', async () => {
  const { message } = await frameWith(delta, isIn('sshd', 'active'));
  expect(named(message.services!, 'sshd')).toMatchObject({ subState: 'running', restarts: 0 });
});

it('a unit that a pattern fits appears when it is started and disappears with its end', async () => {
  const { message } = await frameWith(delta, isIn('apt-daily.timer', 'active'));
  expect(named(message.services!, 'docker-foo')).toBeUndefined();

  const appeared = frameWith(delta, isIn('docker-foo', 'active'));
  await delta.host.run('systemd-run', '--quiet', '--unit=docker-foo', 'sleep', '60');
  await appeared;

  const gone = frameWith(delta, (services) => named(services, 'docker-foo') === undefined);
  await delta.host.run('systemctl', 'stop', 'docker-foo');
  await gone;
});

it('a service that crashes is restarted, and counted', async () => {
  const restarted = frameWith(delta, (services) => (named(services, 'docker-crash')?.restarts ?? 0) > 0);
  const properties = ['--property=Restart=always', '--property=RestartSec=100ms'];
  await delta.host.run('systemd-run', '--quiet', '--unit=docker-crash', ...properties, 'sleep', '1');
  await restarted;
  await delta.host.run('systemctl', 'stop', 'docker-crash');
});

it('a unit that fails is shown though nothing was asked for, and goes when it was put in order', async () => {
  expect((await frameWith(epsilon, () => true)).message.services).toEqual([]);

  const failed = frameWith(epsilon, isIn('broken', 'failed'));
  await epsilon.host.run('systemd-run', '--quiet', '--unit=broken', 'false');
  await failed;

  const gone = frameWith(epsilon, (services) => services.length === 0);
  await epsilon.host.run('systemctl', 'reset-failed');
  await gone;
});

it('a host without systemd says so, and reports everything else', async () => {
  const host = await RealHost.create('zeta', 6);
  const agent = ['/opt/tocsin/node', '/opt/tocsin/agent/dist/main.js', '--print', '--services=nginx'];
  const frame = JSON.parse(await host.runWithoutSystemd(agent[0]!, ...agent.slice(1))) as Frame;
  expect(frame.failures).toContainEqual({ collector: 'services', error: 'systemd is not running' });
  expect(frame).toMatchObject({ cpu: { usage: expect.any(Number) }, ram: { total: expect.any(Number) } });
});
