import { copyFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Incident, Rule, RuleSettings, ShownFrame } from '@tocsin/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { fakeTimeLibrary } from '../support/fake-time.js';
import { record, spread } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { installMissing } from './harness/debian.js';
import { type Enrolled, enrol, makeBusy } from './harness/fleet.js';
import { NETWORK } from './harness/places.js';
import { addSwap, holdMemory } from './harness/pressure.js';
import { RealHost } from './harness/real-host.js';

/** Every rule waits this long, in seconds, so that the time beyond it can be told apart. */
const FOR_S = 1;
const MEGABYTES = 2 ** 20;

let hub: Hub;
let api: Api;
let live: LiveClient;
let alpha: Enrolled;
let attacker: RealHost;
let removeSwap: () => Promise<void>;
/** By how many ms each incident came to the page later than its `for` was over. */
const late: number[] = [];

beforeAll(async () => {
  await installMissing({ faketime: 'faketime' });
  removeSwap = await addSwap(256);
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  for (const { id } of await api.rules()) await api.removeRule(id);
  alpha = await enrol(api, hub.url, 'alpha', 1, ['services: [nginx]', 'includeDisks: ["/data", "/small"]']);
  attacker = await RealHost.create('beta', 2);
  await attacker.boot();
  await sh(
    'mkdir -p /data /small; mount -t tmpfs -o size=16m data /data; mount -t tmpfs -o nr_inodes=100 small /small',
  );
  await live.watchHost(alpha.id);
});

afterAll(async () => {
  if (late.length > 0)
    record('frame that completes `for` on a real host → incident at the page, ms', spread(late));
  live?.close();
  await hub?.remove();
  await removeSwap?.();
});

const sh = (script: string) => alpha.host.run('sh', '-c', script);
const frame = async (): Promise<ShownFrame> =>
  (await live.next('frame', ({ hostId }) => hostId === alpha.id)).message.frame;

interface Trouble {
  rule: Pick<RuleSettings, 'metric' | 'comparison' | 'firesAt'> & Partial<RuleSettings>;
  /** What the incident is about. */
  instance?: string;
  cause: () => Promise<unknown>;
  /** @param caused what `cause` gave */
  end: (caused: unknown, ruleId: string) => Promise<unknown>;
}

/** Something happens to the host: an incident opens at the page for just that; it ends, and the incident is resolved. */
async function ringsAndClears({ rule, instance, cause, end }: Trouble): Promise<void> {
  const settings: RuleSettings = {
    ...{ name: rule.metric, enabled: true, hostIds: [alpha.id], severity: 'critical' },
    ...{ forSeconds: FOR_S, keepFiringSeconds: 0 },
    ...rule,
  };
  const { id: ruleId }: Rule = await api.createRule(settings);
  const heard: Incident[] = [];
  const stop = live.each('incident', (incident) => void (incident.ruleId === ruleId && heard.push(incident)));
  await frame();
  await frame();
  expect(heard, 'rings before anything happened').toEqual([]);

  const opened = live.next('incident', (i) => i.ruleId === ruleId && i.status === 'open', 60_000);
  const caused = await cause();
  const { at, message } = await opened;
  expect(message).toMatchObject({ hostId: alpha.id, metric: rule.metric });
  expect(message.instance).toBe(instance);
  late.push(at - message.openedAt);

  const resolved = live.next('incident', (i) => i.id === message.id && i.status === 'resolved', 90_000);
  await end(caused, ruleId);
  expect((await resolved).message).toMatchObject({ resolution: 'cleared' });
  await api.removeRule(ruleId);
  stop();
  expect(new Set(heard.map(({ id }) => id)).size, 'incidents').toBe(1);
}

const stopLoad = (stop: unknown) => (stop as () => Promise<void>)();

it('CPU', () =>
  ringsAndClears({
    rule: { metric: 'cpu.usage', comparison: '>', firesAt: 95 },
    cause: () => makeBusy(alpha.host, cpus().length),
    end: stopLoad,
  }));

it('memory', async () => {
  const { ram } = await frame();
  const usage = (100 * ram!.used!) / ram!.total!;
  const megabytes = Math.ceil((ram!.total! / MEGABYTES) * 0.08);
  await ringsAndClears({
    rule: { metric: 'ram.usage', comparison: '>', firesAt: usage + 5 },
    cause: () => holdMemory(megabytes),
    end: stopLoad,
  });
});

it('swap', () =>
  ringsAndClears({
    rule: { metric: 'swap.usage', comparison: '>', firesAt: 50, clearsAt: 40 },
    cause: () => holdMemory(200, true),
    end: stopLoad,
  }));

it('a disk, by its mount', () =>
  ringsAndClears({
    rule: { metric: 'disk.usage', comparison: '>', firesAt: 85 },
    instance: '/data',
    cause: () => sh('head -c 15M /dev/zero >/data/full'),
    end: () => sh('rm /data/full'),
  }));

it('inodes, by the mount', () =>
  ringsAndClears({
    rule: { metric: 'disk.inodes', comparison: '>', firesAt: 85 },
    instance: '/small',
    cause: () => sh('for n in $(seq 95); do : >/small/$n; done'),
    end: () => sh('rm /small/*'),
  }));

it('the rate of the network', () =>
  ringsAndClears({
    rule: { metric: 'net.out', comparison: '>', firesAt: 2 * MEGABYTES },
    cause: () =>
      sh(
        `systemd-run --property=RuntimeMaxSec=120 --collect --quiet --unit=flood bash -c 'while :; do head -c 1M /dev/zero >/dev/udp/${NETWORK.hub}/9; done'`,
      ),
    end: () => sh('systemctl stop flood'),
  }));

it('a service that is down', () =>
  ringsAndClears({
    rule: { metric: 'service.active', comparison: '<', firesAt: 1 },
    instance: 'nginx',
    cause: () => sh('systemctl stop nginx'),
    end: () => sh('systemctl start nginx'),
  }));

it('SSH brute force, by the address it comes from', async () => {
  const options = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no';
  const attempt = `sshpass -p wrong ssh ${options} -o NumberOfPasswordPrompts=1 root@${alpha.host.address} true || true`;
  await ringsAndClears({
    rule: { metric: 'sshSource.failed10m', comparison: '>=', firesAt: 3 },
    instance: attacker.address,
    cause: () => attacker.run('bash', '-c', `for n in 1 2 3 4; do (${attempt}) & done 2>/dev/null; wait`),
    // It takes ten minutes until none is counted any more, so the level is raised instead.
    end: (_, ruleId) => api.changeRule(ruleId, { firesAt: 1_000 }),
  });
});

it('a clock that is wrong', async () => {
  await preloadFakeTime();
  await ringsAndClears({
    rule: { metric: 'clock.skew', comparison: '>', firesAt: 5_000 },
    cause: () => sh('echo +60 >/etc/faketime'),
    end: () => sh('echo +0 >/etc/faketime'),
  });
});

it('an agent that is lost', async () => {
  // Else systemd has it back before its time is over.
  await alpha.host.write('/etc/systemd/system/tocsin-agent.service.d/once.conf', '[Service]\nRestart=no\n');
  await sh('systemctl daemon-reload');
  await ringsAndClears({
    rule: { metric: 'host.lost', comparison: '>=', firesAt: 1 },
    cause: () => sh('systemctl kill --kill-whom=main --signal=KILL tocsin-agent'),
    end: () => sh('systemctl reset-failed tocsin-agent && systemctl start tocsin-agent'),
  });
});

/** The agent gets a clock of its own, which is read from a file: hosts share the clock of this machine. */
async function preloadFakeTime(): Promise<void> {
  await copyFile(fakeTimeLibrary(), alpha.host.path('/usr/lib/libfaketime.so.1'));
  const env = [
    'LD_PRELOAD=/usr/lib/libfaketime.so.1',
    'FAKETIME_TIMESTAMP_FILE=/etc/faketime',
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ];
  await sh('echo +0 >/etc/faketime; chmod 755 /usr/lib/libfaketime.so.1');
  await alpha.host.write(
    '/etc/systemd/system/tocsin-agent.service.d/clock.conf',
    `[Service]\n${env.map((one) => `Environment=${one}\n`).join('')}`,
  );
  const back = live.next('frame', ({ hostId }) => hostId === alpha.id);
  await sh('systemctl daemon-reload && systemctl restart tocsin-agent');
  await back;
}
