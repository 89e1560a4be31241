import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Api } from '../support/api.js';
import { record } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { ARCH, BUILT, buildPackages, buildVersion, PRESENT, Shelf } from './harness/packages.js';
import { again, kept, paste } from './harness/pasted-line.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';
import { added, type Traces, tracesOf } from './harness/traces.js';

const NEWER = '99.0.0';
/** How long nobody measures at most: one agent tries to say goodbye for 2 s, and the next has to start. */
const GOODBYE_AND_START_S = 6;

let hub: Hub;
let api: Api;
let live: LiveClient;
let shelf: Shelf;
let newer: string;
/** What a person pastes into a host's terminal. */
let line: string;
let hosts: { host: RealHost; before: Traces; id: string }[];

beforeAll(async () => {
  buildPackages();
  newer = buildVersion(NEWER);
  shelf = new Shelf();
  shelf.fill(BUILT);
  hub = await Hub.start(NETWORK.hub, { TOCSIN_PACKAGES_DIR: shelf.folder });
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  line = (await api.enrolmentToken(2)).command;
  hosts = await Promise.all(
    ['eta', 'theta'].map(async (name, index) => {
      const host = await RealHost.create(name, 7 + index, []);
      await host.boot();
      return { host, before: await tracesOf(host), id: '' };
    }),
  );
}, 600_000);

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

const versionOf = async (id: string) => (await api.hosts()).find((host) => host.id === id)?.facts?.version;

it('the pasted line installs the agent, which enrols and reports', async () => {
  for (const entry of hosts) {
    const online = live.next('presence', ({ presence }) => presence.status === 'online');
    const began = Date.now();
    const output = await paste(entry.host, line);
    record('install.sh: pasted → connected, ms', Date.now() - began);
    expect(output).toMatch(/installed and connected\.$/);
    entry.id = (await online).message.hostId;
    expect((await api.hosts()).find(({ id }) => id === entry.id)).toMatchObject({
      name: entry.host.name,
      facts: { version: PRESENT },
    });
  }
});

it('the agent has the rights that it needs, and the key is its own', async () => {
  const [{ host }] = hosts as [(typeof hosts)[0]];
  expect(await host.run('stat', '--format=%U %a', '/etc/tocsin/key')).toBe('tocsin-agent 600');
  expect(await host.run('id', '--name', '--groups', 'tocsin-agent')).toBe('tocsin-agent adm systemd-journal');
  expect(await host.run('systemctl', 'show', '--property=User', '--value', 'tocsin-agent')).toBe(
    'tocsin-agent',
  );
  const security = await host.run('systemd-analyze', 'security', '--no-pager', 'tocsin-agent');
  record('systemd-analyze security', Number(/exposure level.*: ([\d.]+)/.exec(security)?.[1]));
});

it('`tocsin-agent status` says that it is connected', async () => {
  const [{ host }] = hosts as [(typeof hosts)[0]];
  expect(await host.run('tocsin-agent', 'status')).toMatch(/connected/i);
});

it('a stopped nginx is at the page within a second', async () => {
  const [{ host, id }] = hosts as [(typeof hosts)[0]];
  await live.watchHost(id);
  const nginx = (state: string) =>
    live.next('frame', ({ hostId, frame }) => {
      const service = frame.services?.find(({ name }) => name === 'nginx');
      return hostId === id && service?.state === state;
    });
  const active = nginx('active');
  await api.setHost(id, { services: ['nginx'] });
  await active;

  const stopped = nginx('inactive');
  await host.run('systemctl', 'stop', 'nginx');
  const began = Date.now();
  const took = (await stopped).at - began;
  record('package: nginx is stopped → frame at the page, ms', took);
  const started = nginx('active');
  await host.run('systemctl', 'start', 'nginx');
  await started;
});

it('what is mounted while it runs is seen, also where the unit may not write', async () => {
  const [{ host, id }] = hosts as [(typeof hosts)[0]];
  const places = ['/home/late', '/mnt/late', '/tmp/late'];
  await api.setHost(id, { includeDisks: places });
  const seen = live.next('frame', ({ hostId, frame }) => {
    const mounts = frame.disks?.map(({ mount }) => mount) ?? [];
    return hostId === id && places.every((place) => mounts.includes(place));
  });
  for (const place of places) {
    await host.run('mkdir', place);
    await host.run('mount', '-t', 'tmpfs', 'late', place);
  }
  await seen;
  for (const place of places) {
    await host.run('umount', place);
    await host.run('rmdir', place);
  }
});

it('a reboot is shown as such and loses no host', async () => {
  const [, { host, id }] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
  const stopped = live.status(id, 'stopped');
  await host.goDownForReboot();
  expect((await stopped).message.presence.reason).toBe('reboot');
  const back = live.status(id, 'online');
  await host.boot();
  await back;
  const { incidents } = await api.incidents();
  expect(incidents.filter(({ metric }) => metric === 'host.lost')).toEqual([]);
});

it('pasted again without a token it upgrades, and goes back, and keeps key and configuration', async () => {
  const [{ host, id }] = hosts as [(typeof hosts)[0]];
  const before = await kept(host);
  for (const [packages, version] of [
    [newer, NEWER],
    [BUILT, PRESENT],
  ] as const) {
    shelf.fill(packages);
    const stopped = live.status(id, 'stopped');
    const output = await paste(host, again(line));
    expect((await stopped).message.presence.reason).toBe('upgrade');
    expect(output).toContain('keeps it');
    expect(output).toMatch(/installed and connected\.$/);
    expect(await versionOf(id)).toBe(version);
    expect(await kept(host)).toBe(before);
  }
});

it('an upgrade while the hub cannot be reached loses no frame', async () => {
  const [, { host, id }] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
  const file = `tocsin-agent_${NEWER}_${ARCH}.deb`;
  await cp(join(newer, file), host.path(`/root/${file}`));
  const from = Math.ceil(Date.now() / 1000) * 1000;
  await host.unplug();
  // So many that nobody could take them for the gap below.
  await vi.waitFor(
    async () => {
      const status = await host.run('tocsin-agent', 'status', '--json').catch((error) => error.stdout);
      expect((JSON.parse(status) as { frames: { waiting: number } }).frames.waiting).toBeGreaterThan(9);
    },
    { timeout: 30_000, interval: 500 },
  );
  await host.run('dpkg', '--install', `/root/${file}`);
  await host.run('rm', `/root/${file}`);
  const back = live.status(id, 'online', 40_000);
  await host.plugIn();
  const to = Math.floor((await back).at / 1000) * 1000;

  // Nobody measures while one agent has ended and the next begins: that gap is all that there may be.
  const gaps = await vi.waitFor(
    async () => {
      const query = { host: id, metric: 'cpu.usage', from: `${from}`, to: `${to}` };
      const { series } = await api.history({ ...query, points: `${(to - from) / 1000}` });
      const seconds = series[0]!.avg.map((value) => (value === null ? '-' : 'x')).join('');
      const missing = seconds.match(/-+/g) ?? [];
      if (missing.length > 1 || (missing[0]?.length ?? 0) > GOODBYE_AND_START_S)
        throw new Error(`frames are missing: ${seconds}`);
      return missing;
    },
    { timeout: 20_000, interval: 500 },
  );
  record('an upgrade without the hub: seconds without a frame', gaps[0]?.length ?? 0);
  // What the old agent had sent may come first, as the kernel keeps trying.
  await vi.waitFor(async () => expect(await versionOf(id)).toBe(NEWER), { timeout: 20_000, interval: 200 });
});

it('removed, it keeps configuration and key; installed again, it goes on with them', async () => {
  const [, { host, id }] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
  const before = await kept(host);
  const stopped = live.status(id, 'stopped');
  await host.run('dpkg', '--remove', 'tocsin-agent');
  await stopped;
  expect(await kept(host)).toBe(before);
  const back = live.status(id, 'online');
  await paste(host, again(line));
  await back;
});

it('purged, it leaves no file, user, group or unit', async () => {
  const ways = ['dpkg --purge tocsin-agent', `${again(line)} -s -- --uninstall`];
  for (const [index, { host, before }] of hosts.entries()) {
    await paste(host, ways[index]!);
    const after = await tracesOf(host);
    expect(added(before, after)).toEqual([]);
    expect(after.accounts).toBe(before.accounts);
    expect(after.units).toBe(before.units);
  }
});
