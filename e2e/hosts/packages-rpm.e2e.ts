import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { BUILT, buildPackages, buildVersion, PRESENT, RPM_ARCH, Shelf } from './harness/packages.js';
import { again, kept, paste } from './harness/pasted-line.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';
import { baseSystemFor, rpmLayer } from './harness/rpm.js';
import { added, type Traces, tracesOf } from './harness/traces.js';

const NEWER = '99.0.0';

let hub: Hub;
let api: Api;
let live: LiveClient;
let shelf: Shelf;
let newer: string;
let line: string;
let host: RealHost;
let before: Traces;
let id: string;

// Its Debian has rpm beside dpkg, which is put out of sight, so that everything goes the way of an .rpm.
beforeAll(async () => {
  buildPackages();
  newer = buildVersion(NEWER);
  shelf = new Shelf();
  shelf.fill(BUILT);
  hub = await Hub.start(NETWORK.hub, { TOCSIN_PACKAGES_DIR: shelf.folder });
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  line = (await api.enrolmentToken(1)).command;

  host = await RealHost.create('iota', 9, [await rpmLayer()]);
  await host.boot();
  await host.run('mv', '/usr/bin/dpkg', '/usr/bin/dpkg.away');
  const base = baseSystemFor(join(BUILT, `tocsin-agent-${PRESENT}.${RPM_ARCH}.rpm`));
  cpSync(base, host.path(`/root/${basename(base)}`));
  await host.run('rpm', '--install', `/root/${basename(base)}`);
  before = await tracesOf(host);
}, 600_000);

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

const versionOf = async () => (await api.hosts()).find((entry) => entry.id === id)?.facts?.version;

it('the pasted line installs the .rpm, and the agent enrols and reports', async () => {
  const online = live.next('presence', ({ presence }) => presence.status === 'online');
  expect(await paste(host, line)).toMatch(/installed and connected\.$/);
  id = (await online).message.hostId;
  expect(await host.run('rpm', '--query', 'tocsin-agent')).toContain(`tocsin-agent-${PRESENT}`);
  // What differs is the configuration alone, which has the hub's address now.
  expect(await host.run('sh', '-c', 'rpm --verify tocsin-agent || true')).toMatch(
    /^\S+ +c \/etc\/tocsin\/agent.yaml$/,
  );
  expect(await host.run('systemctl', 'is-enabled', 'tocsin-agent')).toBe('enabled');
  expect(await host.run('id', '--name', '--groups', 'tocsin-agent')).toBe('tocsin-agent adm systemd-journal');
});

it('pasted again it upgrades, and goes back, and keeps key and configuration', async () => {
  const had = await kept(host);
  for (const [packages, version] of [
    [newer, NEWER],
    [BUILT, PRESENT],
  ] as const) {
    shelf.fill(packages);
    const stopped = live.status(id, 'stopped');
    expect(await paste(host, again(line))).toMatch(/installed and connected\.$/);
    expect((await stopped).message.presence.reason).toBe('upgrade');
    expect(await versionOf()).toBe(version);
    expect(await kept(host)).toBe(had);
  }
});

it('erased and installed again it goes on with its key and its configuration', async () => {
  const had = await kept(host);
  const stopped = live.status(id, 'stopped');
  await host.run('rpm', '--erase', 'tocsin-agent');
  await stopped;
  const back = live.status(id, 'online');
  await paste(host, again(line));
  await back;
  expect(await kept(host)).toBe(had);
});

it('uninstalled, it leaves no file, user, group or unit', async () => {
  await paste(host, `${again(line)} -s -- --uninstall`);
  const after = await tracesOf(host);
  expect(added(before, after)).toEqual([]);
  expect(after.accounts).toBe(before.accounts);
  expect(after.units).toBe(before.units);
});
