import type { ShownFrame } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Api } from '../support/api.js';
import { record, spread } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { type Enrolled, enrol } from './harness/fleet.js';
import { NETWORK } from './harness/places.js';

const STATE = '/var/lib/tocsin-agent';
const PATIENCE = { timeout: 30_000, interval: 200 };

let hub: Hub;
let api: Api;
let live: LiveClient;
let zeta: Enrolled;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  zeta = await enrol(api, hub.url, 'zeta', 6, [
    `stateDir: ${STATE}`,
    'includeDisks: ["/many/*"]',
    'services: [nginx]',
  ]);
  await live.watchHost(zeta.id);
});

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

const failureOf = (frame: ShownFrame, collector: string) =>
  frame.failures?.find((failure) => failure.collector === collector)?.error;

/** The next frames of the host, in the order in which they come. */
async function frames(count: number): Promise<ShownFrame[]> {
  const come: ShownFrame[] = [];
  while (come.length < count) {
    const { message } = await live.next('frame', ({ hostId }) => hostId === zeta.id);
    come.push(message.frame);
  }
  return come;
}

const frameWith = async (fits: (frame: ShownFrame) => boolean) =>
  (await live.next('frame', ({ hostId, frame }) => hostId === zeta.id && fits(frame), 30_000)).message.frame;

/** Frames go on, one each second, and none is missing. */
async function expectSteady(what: string): Promise<ShownFrame[]> {
  const come = await frames(8);
  const apart = come.slice(1).map(({ t }, i) => t - come[i]!.t);
  record(`${what}: frames apart, ms`, spread(apart));
  expect(come.map(({ seq }) => seq)).toEqual(come.map((_, i) => come[0]!.seq! + i));
  return come;
}

/** What was measured in a time is in the history, second by second. */
async function expectNoHole(from: number, to: number): Promise<void> {
  await vi.waitFor(async () => {
    const { series } = await api.history({
      ...{ host: zeta.id, metric: 'cpu.usage', from: String(from), to: String(to) },
      points: String((to - from) / 1_000),
    });
    expect(series[0]?.avg).not.toContain(null);
  }, PATIENCE);
}

/** Cuts the host off for a while, so that the agent has to keep what it measures; returns the time. */
async function cutOff(seconds: number): Promise<{ from: number; to: number }> {
  const silent = live.next(
    'presence',
    ({ hostId, presence }) => hostId === zeta.id && presence.status !== 'online',
  );
  const from = Math.ceil(Date.now() / 1_000) * 1_000;
  await zeta.host.unplug();
  await silent;
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(from + seconds * 1_000), {
    timeout: (seconds + 5) * 1_000,
  });
  const back = live.status(zeta.id, 'online', 40_000);
  await zeta.host.plugIn();
  await back;
  return { from, to: Math.floor(Date.now() / 1_000) * 1_000 };
}

it('a mount that hangs is named, and holds up neither the others nor the frame', async () => {
  const release = await zeta.host.mountHanging('/mnt/hang');
  const frame = await frameWith((f) => failureOf(f, 'disk')?.includes('/mnt/hang') ?? false);
  expect(frame.disks?.map(({ mount }) => mount)).toContain('/');
  for (const one of await expectSteady('a hanging mount')) {
    expect(failureOf(one, 'disk')).toContain('/mnt/hang does not answer');
    expect(one.services?.[0]?.state).toBe('active');
  }
  await release();
  await zeta.host.run('umount', '--lazy', '/mnt/hang');
  await frameWith((f) => failureOf(f, 'disk') === undefined);
});

it('200 mounts and 500 interfaces fit into each frame', async () => {
  const all = (count: number, each: string) =>
    zeta.host.run('sh', '-c', `for i in $(seq ${count}); do ${each}; done`);
  await all(200, 'mkdir -p /many/$i && mount -t tmpfs -o size=64k many /many/$i');
  await all(250, 'ip link add lan$i type veth peer name wan$i');
  const { disks, network } = await frameWith(
    (f) => (f.disks?.length ?? 0) > 200 && (f.network?.interfaces.length ?? 0) > 500,
  );
  expect(disks!.filter(({ mount }) => mount.startsWith('/many/'))).toHaveLength(200);
  expect(new Set(network!.interfaces.map(({ name }) => name)).size).toBe(network!.interfaces.length);
  await expectSteady('200 mounts and 500 interfaces');
  await all(250, 'ip link delete lan$i');
  await all(200, 'umount /many/$i');
});

it('a read-only /var/lib is told, and what is measured while the hub is away is kept in memory', async () => {
  await zeta.host.run('sh', '-c', 'mount --bind /var/lib /var/lib && mount -o remount,ro,bind /var/lib');
  const { from, to } = await cutOff(10);
  await expectNoHole(from, to);
  await zeta.host.run('umount', '--lazy', '/var/lib');
  await expectSteady('after a read-only /var/lib');
});

it('a full disk is told, and costs no frame', async () => {
  await zeta.host.run(
    'sh',
    '-c',
    `mount -t tmpfs -o size=16k full ${STATE} && head -c 1M /dev/zero >${STATE}/full || true`,
  );
  const told = frameWith((f) => failureOf(f, 'buffer') !== undefined);
  const { from, to } = await cutOff(10);
  expect(failureOf(await told, 'buffer')).toBeTruthy();
  await expectNoHole(from, to);
  await zeta.host.run('umount', '--lazy', STATE);
  await expectSteady('after a full disk');
});
