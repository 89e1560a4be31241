import type { SshReading } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api } from '../support/api.js';
import { record } from '../support/figures.js';
import { Hub } from '../support/hub.js';
import { LiveClient } from '../support/live-client.js';
import { NETWORK } from './harness/places.js';
import { RealHost } from './harness/real-host.js';

let hub: Hub;
let api: Api;
let live: LiveClient;
let attacker: RealHost;

beforeAll(async () => {
  hub = await Hub.start(NETWORK.hub);
  api = await Api.setUp(hub);
  live = await LiveClient.connect(hub.url, api.token);
  await live.watchOverview();
  attacker = await RealHost.create('beta', 2);
  await attacker.boot();
});

afterAll(async () => {
  live?.close();
  await hub?.remove();
});

const PASSWORD = 'the right one';
const AGENT_USER = '/etc/systemd/system/tocsin-agent.service.d/user.conf';

/** A host that is attacked, whose agent is nobody special, and the books of what it tells. */
class Target {
  /** Wrong passwords that reached its sshd. */
  made = 0;
  /** Attempts that its frames have told of, and the newest standing. */
  told = 0;
  newest: SshReading | undefined;
  failures: string[] = [];

  private constructor(
    readonly host: RealHost,
    readonly id: string,
  ) {}

  /**
   * @param unit as whom the agent runs
   * @param groups what its user is made a member of, as the documents say
   */
  static async start(
    name: string,
    number: number,
    { unit, groups, journald }: { unit: string; groups?: string; journald?: string },
  ): Promise<Target> {
    const host = await RealHost.create(name, number);
    await host.write(AGENT_USER, `[Service]\nStateDirectory=tocsin-agent\n${unit}\n`);
    if (journald) await host.write('/etc/systemd/journald.conf.d/test.conf', `[Journal]\n${journald}\n`);
    await host.boot();
    if (unit.startsWith('User=')) await host.run('useradd', '--system', 'tocsin-agent');
    if (groups) await host.run('usermod', '-aG', groups, 'tocsin-agent');
    await host.run('useradd', '--create-home', 'ada');
    await host.run('sh', '-c', `echo 'ada:${PASSWORD}' | chpasswd`);
    const { host: added, key } = await api.createHost(name);
    await host.write('/etc/tocsin/agent.yaml', `hub: ${hub.url}\nkey: ${key.key}\n`);
    await host.run('chmod', '644', '/etc/tocsin/agent.yaml');
    const target = new Target(host, added.id);
    live.each('frame', ({ hostId, frame }) => {
      if (hostId !== added.id) return;
      target.told += frame.ssh?.attempts ?? 0;
      target.newest = frame.ssh ?? target.newest;
      const failures = frame.failures?.filter(({ collector }) => collector === 'ssh') ?? [];
      target.failures = failures.map(({ error }) => error);
    });
    await live.watchHost(added.id);
    const reports = live.next('frame', ({ hostId }) => hostId === added.id);
    await host.run('systemctl', 'enable', '--now', '--quiet', 'tocsin-agent');
    await reports;
    return target;
  }

  /** Wrong passwords from the attacker, some at once: sshd makes each wait for two seconds. */
  async attack(times: number, user = 'ada', atOnce = 5): Promise<void> {
    this.made += times;
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'PubkeyAuthentication=no'];
    const ssh = `sshpass -p wrong ssh ${[...options, 'NumberOfPasswordPrompts=1'].map((o) => `-o ${o}`).join(' ')}`;
    const one = `${ssh} '${user}'@${this.host.address} true || true`;
    await attacker.run(
      'bash',
      '-c',
      `for n in $(seq ${times}); do (${one}) & if (( n % ${atOnce} == 0 )); then wait; fi; done 2>/dev/null; wait`,
    );
  }

  logIn(): Promise<string> {
    const options = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no';
    return attacker.run(
      'sshpass',
      '-p',
      PASSWORD,
      'ssh',
      ...options.split(' '),
      `ada@${this.host.address}`,
      'true',
    );
  }

  get source() {
    return this.newest?.sources.find(({ address }) => address === attacker.address);
  }

  /** When the page has been told of all that was made, and of no more in the frames after that. */
  async settled(): Promise<void> {
    await vi.waitFor(() => expect(this.source?.attempts).toBe(this.made), { timeout: 20_000, interval: 20 });
    for (let frames = 0; frames < 2; frames++) await live.next('frame', ({ hostId }) => hostId === this.id);
    expect([this.source?.attempts, this.told]).toEqual([this.made, this.made]);
  }
}

// In a host that is a container, the signal that Debian's script sends reaches no more than the main process.
const rotateFile =
  'logrotate --force /etc/logrotate.d/rsyslog || systemctl kill --kill-whom=main --signal=HUP rsyslog';
const copyFile =
  "printf '/var/log/auth.log {\\n rotate 3\\n copytruncate\\n}\\n' >/root/copy.conf && logrotate --force /root/copy.conf";

interface Case {
  from: string;
  rotations: [how: string, command: string][];
  host: Parameters<typeof Target.start>;
}

const CASES: Case[] = [
  {
    from: 'the journal',
    rotations: [['rotated', 'journalctl --rotate']],
    host: ['alpha', 1, { unit: 'DynamicUser=yes\nSupplementaryGroups=systemd-journal adm' }],
  },
  {
    from: 'auth.log',
    rotations: [
      ['renamed', rotateFile],
      ['copied and emptied', copyFile],
    ],
    host: ['omega', 6, { unit: 'User=tocsin-agent', groups: 'adm', journald: 'Storage=none' }],
  },
];

describe.each(CASES)('an agent without privileges that reads $from', ({ from, rotations, host }) => {
  let target: Target;
  beforeAll(async () => void (target = await Target.start(...host)));

  it('tells of ten failed logins with address, user and number', async () => {
    const seen = live.next(
      'frame',
      ({ hostId, frame }) => hostId === target.id && frame.ssh?.sources[0]?.attempts === 10,
      60_000,
    );
    await target.attack(10);
    const { at, message } = await seen;
    const source = message.frame.ssh!.sources[0]!;
    expect(source).toMatchObject({
      ...{ address: attacker.address, attempts: 10, users: 1 },
      topUsers: [{ name: 'ada', attempts: 10 }],
    });
    record(`tenth failed login in ${from} → frame at the page, ms`, at - source.last);
    await target.settled();
    expect(target.failures).toEqual([]);
  });

  it.each(rotations)('loses none and doubles none when the log is %s meanwhile', async (_, rotate) => {
    const attack = target.attack(10, 'ada', 2);
    await vi.waitFor(() => expect(target.source!.attempts).toBeGreaterThan(target.made - 8), {
      timeout: 30_000,
    });
    await target.host.run('sh', '-c', rotate);
    await attack;
    await target.settled();
  });

  it.each([
    ['restarted', 'systemctl restart tocsin-agent'],
    ['killed', 'systemctl kill --kill-whom=main --signal=KILL tocsin-agent'],
    ['away for a while', 'systemctl stop tocsin-agent && sleep 5 && systemctl start tocsin-agent'],
  ])('loses none and doubles none when the agent is %s meanwhile', async (_, command) => {
    const attack = target.attack(10, 'ada', 2);
    await vi.waitFor(() => expect(target.source!.attempts).toBeGreaterThan(target.made - 8), {
      timeout: 30_000,
    });
    await target.host.run('sh', '-c', command);
    await attack;
    await target.settled();
    const readers = Number(await target.host.run('sh', '-c', 'pgrep --count journalctl || true'));
    expect(readers).toBe(from === 'the journal' ? 1 : 0);
  });

  it('loses none and doubles none when the host is started anew and the agent was away before', async () => {
    await target.host.run('systemctl', 'stop', 'tocsin-agent');
    await target.attack(3);
    await target.host.goDownForReboot();
    await target.host.boot();
    await target.attack(1);
    await target.settled();
  });

  it('opens an incident when somebody gets in after failures', async () => {
    const opened = live.next(
      'incident',
      ({ hostId, metric, status }) =>
        hostId === target.id && metric === 'sshSource.breaches' && status === 'open',
    );
    await target.attack(5);
    const began = Date.now();
    await target.logIn();
    const { at, message } = await opened;
    record(`login after failures in ${from} → incident at the page, ms`, at - began);
    expect(message).toMatchObject({ ruleName: 'SSH login after failures', instance: attacker.address });
    expect(target.source).toMatchObject({ breaches: 1 });
    await target.settled();
  });
});

it('an agent that may read no log says what to do about it, and tells when it is done', async () => {
  const target = await Target.start('psi', 7, { unit: 'User=tocsin-agent' });
  await vi.waitFor(
    () =>
      expect(target.failures).toEqual([
        expect.stringMatching(
          /^the journal, \/var\/log\/auth\.log may not be read: run `usermod -aG systemd-journal,adm tocsin-agent` and restart/,
        ),
      ]),
    { timeout: 20_000 },
  );
  expect(target.newest).toBeUndefined();

  const [told] = target.failures;
  await target.host.run('sh', '-c', /`(.*)`/.exec(told!)![1]!);
  await target.host.run('systemctl', 'restart', 'tocsin-agent');
  await target.attack(1);
  await target.settled();
  expect(target.failures).toEqual([]);
});
